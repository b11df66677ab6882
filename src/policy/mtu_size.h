/* SPDX-License-Identifier: ISC */
/* Sizes of datagrams that networks have: what path MTU discovery tries. */
#ifndef POLICY_MTU_SIZE_H
#define POLICY_MTU_SIZE_H

#include <stddef.h>

size_t mtu_size_payload(int family, size_t ip_mtu);
size_t mtu_size_floor(int family);
size_t mtu_size_host(int family);
size_t mtu_size_between(int family, size_t low, size_t high);
size_t mtu_size_below(int family, size_t size);

#endif
