#if TSAN
    #if canImport(Glibc)
        import Glibc
    #elseif canImport(Musl)
        import Musl
    #elseif canImport(Darwin)
        import Darwin
    #endif

    /// A value behind a lock that ThreadSanitizer understands: it does not see `Mutex`'s futex and reports false races.
    ///
    /// `@unchecked Sendable` is sound: the two pointers never change and are freed once, in `deinit`, when nobody can
    /// hold a borrow; the value is touched only in `withLock`, between locking and unlocking.
    public struct Locked<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
        private let mutex: UnsafeMutablePointer<pthread_mutex_t>
        private let value: UnsafeMutablePointer<Value>

        /// Puts `value` behind a lock.
        public init(_ value: consuming sending Value) {
            mutex = .allocate(capacity: 1)
            let status = pthread_mutex_init(mutex, nil)
            precondition(status == 0, "the system has no lock left")
            self.value = .allocate(capacity: 1)
            self.value.initialize(to: value)
        }

        deinit {
            value.deinitialize(count: 1)
            value.deallocate()
            pthread_mutex_destroy(mutex)
            mutex.deallocate()
        }

        /// Runs `body` alone with the value; throws what `body` throws.
        public borrowing func withLock<Result: ~Copyable, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            pthread_mutex_lock(mutex)
            defer { pthread_mutex_unlock(mutex) }
            return try body(&value.pointee)
        }
    }
#else
    public import Synchronization

    /// A value behind a lock: `Mutex`, except under ThreadSanitizer (`-D TSAN`), which cannot see its futex.
    public typealias Locked<Value: ~Copyable> = Mutex<Value>
#endif
