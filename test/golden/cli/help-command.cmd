status
--help
