#include <dlfcn.h>
#include <stddef.h>

// The calls of OpenSSL's libcrypto that Drover makes, with their types: the same in 1.1.1 and 3, so its headers are not needed.
typedef struct evp_pkey_st ccr_key;
typedef struct evp_md_ctx_st ccr_digest;
typedef struct evp_pkey_ctx_st ccr_key_context;
typedef struct evp_md_st ccr_hash;

#define CCR_CALLS(call) \
    call(d2i_PUBKEY, ccr_key *, (ccr_key **, const unsigned char **, long)) \
    call(EVP_PKEY_free, void, (ccr_key *)) \
    call(EVP_MD_CTX_new, ccr_digest *, (void)) \
    call(EVP_MD_CTX_free, void, (ccr_digest *)) \
    call(EVP_sha256, const ccr_hash *, (void)) \
    call(EVP_sha384, const ccr_hash *, (void)) \
    call(EVP_sha512, const ccr_hash *, (void)) \
    call(EVP_DigestVerifyInit, int, (ccr_digest *, ccr_key_context **, const ccr_hash *, void *, ccr_key *)) \
    call(EVP_PKEY_CTX_ctrl_str, int, (ccr_key_context *, const char *, const char *)) \
    call(EVP_DigestVerify, int, (ccr_digest *, const unsigned char *, size_t, const unsigned char *, size_t)) \
    call(ERR_clear_error, void, (void))

#define CCR_FIELD(name, result, arguments) result (*name) arguments;
struct ccr_library {
    CCR_CALLS(CCR_FIELD)
};

// 1 when one of the libraries is there with all of them.
static inline int ccr_load(struct ccr_library *library) {
    void *handle = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
    if (handle == 0) handle = dlopen("libcrypto.so.1.1", RTLD_NOW | RTLD_LOCAL);
    if (handle == 0) return 0;
#define CCR_FIND(name, result, arguments) \
    library->name = (result (*) arguments)dlsym(handle, #name); \
    if (library->name == 0) return 0;
    CCR_CALLS(CCR_FIND)
    return 1;
}
