/* libcurl's variadic functions, one wrapper for each class of argument: Swift cannot call them as they are. */
#ifndef CCURLSHIM_H
#define CCURLSHIM_H

#include <curl/curl.h>

CURLcode cshim_setopt_long(CURL *handle, CURLoption option, long value);
CURLcode cshim_setopt_str(CURL *handle, CURLoption option, const char *value);
CURLcode cshim_setopt_ptr(CURL *handle, CURLoption option, const void *value);
CURLcode cshim_setopt_off(CURL *handle, CURLoption option, curl_off_t value);

typedef size_t (*cshim_data_callback)(char *bytes, size_t size, size_t count, void *context);
CURLcode cshim_setopt_data_callback(CURL *handle, CURLoption option, cshim_data_callback callback);

CURLcode cshim_setopt_socket_callback(CURL *handle, curl_opensocket_callback callback);

CURLcode cshim_getinfo_long(CURL *handle, CURLINFO info, long *out);
CURLcode cshim_getinfo_str(CURL *handle, CURLINFO info, const char **out);
CURLcode cshim_getinfo_off(CURL *handle, CURLINFO info, curl_off_t *out);

CURLMcode cshim_multi_setopt_long(CURLM *multi, CURLMoption option, long value);

/* The result of a finished transfer, out of the message's union. */
CURLcode cshim_message_result(const CURLMsg *message);

#endif
