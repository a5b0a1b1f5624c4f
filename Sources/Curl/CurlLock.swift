import Glibc

/// A lock that ThreadSanitizer understands: it does not see the futex of `Mutex` and would report false races.
final class CurlLock: @unchecked Sendable {
    // Sendable because the pointer never changes, what it points to is made for use by many threads, and it is freed only
    // when nobody holds the lock's object any more.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)

    init() {
        let status = pthread_mutex_init(mutex, nil)
        precondition(status == 0, "the system has no lock left")
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` alone.
    func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}
