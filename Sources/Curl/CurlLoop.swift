import CCurl
import CCurlShim
import Glibc

/// The thread's own part of a `CurlMulti`: libcurl's handles and the requests on their way. Only that thread touches it.
struct CurlLoop {
    /// Handles kept for the next requests; more are given back to the system.
    private static let spareHandles = 64
    /// From so many requests on turns are spaced, a millisecond for each so many.
    private static let manyRequests = 32

    private let multi: UnsafeMutableRawPointer
    private let inbox: CurlInbox
    private var active: [UnsafeMutableRawPointer: CurlTransfer] = [:]
    private var handleOf: [UInt64: UnsafeMutableRawPointer] = [:]
    private var spare: [UnsafeMutableRawPointer] = []
    /// Where each place was last reached, for while its name is not found.
    private var addresses: [String: String] = [:]

    init(multi: UnsafeMutableRawPointer, inbox: CurlInbox) {
        self.multi = multi
        self.inbox = inbox
    }

    /// Works until a `stop` comes, then completes all that is left with `stopped`.
    mutating func run() {
        while obey(inbox.take()) {
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            collect()
            pace()
            if inbox.startWaiting() { curl_multi_poll(multi, nil, 0, 60_000, nil) }
        }
        for command in inbox.close() {
            if case .submit(_, _, let completion) = command { completion(.failure(.stopped)) }
        }
        for id in handleOf.keys.sorted() { abandon(id, .stopped) }
        for handle in spare { curl_easy_cleanup(handle) }
        curl_multi_cleanup(multi)
    }

    /// libcurl looks at every request on its way at each turn, so with hundreds of them (hosts that do not answer) many small
    /// turns would cost a good part of a core: then a turn comes every few milliseconds only.
    private func pace() {
        guard active.count >= Self.manyRequests else { return }
        usleep(min(UInt32(active.count / Self.manyRequests), 10) * 1_000)
    }

    /// Whether to go on.
    private mutating func obey(_ commands: [CurlInbox.Command]) -> Bool {
        var goesOn = true
        for command in commands {
            switch command {
            case .submit(let id, let request, let completion):
                if goesOn {
                    start(
                        CurlTransfer(id: id, request: request, lastAddress: { addresses[$0] }, completion: completion))
                } else {
                    completion(.failure(.stopped))
                }
            case .cancel(let id): abandon(id, .cancelled)
            case .stop: goesOn = false
            }
        }
        return goesOn
    }

    private mutating func start(_ transfer: CurlTransfer) {
        if let fault = transfer.fault { return transfer.completion(.failure(fault)) }
        guard let handle = spare.popLast() ?? curl_easy_init() else {
            return transfer.completion(.failure(.other(code: Int(CURLE_OUT_OF_MEMORY.rawValue), "out of memory")))
        }
        transfer.prepare(handle)
        active[handle] = transfer
        handleOf[transfer.id] = handle
        let code = curl_multi_add_handle(multi, handle)
        if code != CURLM_OK {
            release(handle, transfer)
            transfer.completion(.failure(.other(code: Int(code.rawValue), String(cString: curl_multi_strerror(code)))))
        }
    }

    /// Completes every request that libcurl is done with.
    private mutating func collect() {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle,
                let transfer = active[handle]
            else { continue }
            // The message dies with the handle's removal, so its result is read first.
            let result = transfer.result(cshim_message_result(message), handle: handle)
            if case .success = result, let address = transfer.foundAddress(handle) {
                addresses[transfer.authority] = address
            }
            let again = transfer.again(after: result, handle)
            curl_multi_remove_handle(multi, handle)
            release(handle, transfer)
            if let again { start(again) } else { transfer.completion(result) }
        }
    }

    private mutating func abandon(_ id: UInt64, _ error: CurlError) {
        guard let handle = handleOf[id], let transfer = active[handle] else { return }
        curl_multi_remove_handle(multi, handle)
        release(handle, transfer)
        transfer.completion(.failure(error))
    }

    private mutating func release(_ handle: UnsafeMutableRawPointer, _ transfer: CurlTransfer) {
        active[handle] = nil
        handleOf[transfer.id] = nil
        // Cleared in any case: the handle points into the transfer.
        curl_easy_reset(handle)
        if spare.count < Self.spareHandles { spare.append(handle) } else { curl_easy_cleanup(handle) }
    }
}
