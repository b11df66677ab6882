/* SPDX-License-Identifier: ISC */
/* Load a configuration as the daemon does, to look at it. */
#ifndef CLI_LOAD_H
#define CLI_LOAD_H

#include "config/config.h"

struct config *load_config(const char *file, struct config_errors *errors);

#endif
