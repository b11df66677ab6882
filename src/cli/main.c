// SPDX-License-Identifier: ISC
// main.c - dccbridge, the operator's command: a table of subcommands

#include <stdio.h>

int main(void)
{
	puts(PACKAGE_STRING);
	return 0;
}
