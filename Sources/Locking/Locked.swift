#if !TSAN

    public import Synchronization

    /// A value behind a lock: `Mutex`, except under ThreadSanitizer (`-D TSAN`), which cannot see its futex.
    ///
    /// Everything is inlined into the caller, so that it costs what `Mutex` costs.
    @frozen
    public struct Locked<Value: ~Copyable>: ~Copyable, Sendable {
        @usableFromInline let mutex: Mutex<Value>

        /// Puts `value` behind a lock.
        @inlinable
        public init(_ value: consuming sending Value) { mutex = Mutex(value) }

        /// Runs `body` alone with the value; throws what `body` throws. Not to be entered again from `body`.
        @inlinable
        public borrowing func withLock<Result: ~Copyable, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            try mutex.withLock(body)
        }
    }

#else

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

        /// Runs `body` alone with the value; throws what `body` throws. Not to be entered again from `body`.
        public borrowing func withLock<Result: ~Copyable, Failure: Error>(
            _ body: (inout sending Value) throws(Failure) -> sending Result
        ) throws(Failure) -> sending Result {
            pthread_mutex_lock(mutex)
            defer { pthread_mutex_unlock(mutex) }
            return try body(&value.pointee)
        }
    }

#endif
