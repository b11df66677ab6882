// SPDX-License-Identifier: ISC
// dccbridged.c - the daemon: start-up as a list of named steps

#include <stdio.h>

int main(void)
{
	puts(PACKAGE_STRING);
	return 0;
}
