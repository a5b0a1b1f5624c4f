import CCurl
import CCurlShim
import Glibc

/// One request on its way; belongs to the thread of its `CurlMulti`.
final class CurlTransfer {
    let id: UInt64
    let completion: CurlMulti.Completion
    private let request: CurlRequest
    /// The place that is asked, as its name's address is remembered by it.
    let authority: String
    /// Connect there, whatever the name of the host says now.
    private let address: String?
    /// Where its place was last reached, for another try should the name not be found.
    private let lastAddress: String?
    private var connectTo: UnsafeMutablePointer<curl_slist>?
    private var body: [UInt8] = []
    private var overflowed = false
    /// `CurlRequest.receive` wants no more.
    private var isUnwanted = false
    /// An address was met that the request may not go to.
    private var isForbidden = false
    private var handle: UnsafeMutableRawPointer?
    private var headers: UnsafeMutablePointer<curl_slist>?
    private let errorText: UnsafeMutablePointer<CChar>

    /// - Parameter lastAddress: gives where a place was last reached.
    convenience init(
        id: UInt64, request: CurlRequest, lastAddress: (_ authority: String) -> String?,
        completion: @escaping CurlMulti.Completion
    ) {
        let authority = request.authority
        self.init(
            id, request, authority, address: request.address,
            lastAddress: request.address == nil ? lastAddress(authority) : nil, completion)
    }

    private init(
        _ id: UInt64, _ request: CurlRequest, _ authority: String, address: String?, lastAddress: String?,
        _ completion: @escaping CurlMulti.Completion
    ) {
        self.id = id
        self.authority = authority
        self.address = address
        self.lastAddress = lastAddress
        self.request = request
        self.completion = completion
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_slist_free_all(headers)
        curl_slist_free_all(connectTo)
        errorText.deallocate()
    }

    /// A fault of the request that is found before it is tried.
    var fault: CurlError? {
        guard request.isSecure || request.scheme == "http" else { return .invalidRequest("not an http or https URL") }
        guard request.url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
            return .invalidRequest("blanks or control characters in the URL")
        }
        let clean = request.headers.allSatisfy { header in
            !header.name.isEmpty && (header.name + header.value).utf8.allSatisfy { $0 != 0x0d && $0 != 0x0a && $0 != 0 }
        }
        return clean ? nil : .invalidRequest("line breaks in a header")
    }

    /// Tells a fresh handle what to do. The handle refers to this transfer until it is reset.
    func prepare(_ handle: UnsafeMutableRawPointer) {
        self.handle = handle
        cshim_setopt_long(handle, CURLOPT_NOSIGNAL, 1)
        cshim_setopt_str(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        cshim_setopt_str(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        cshim_setopt_long(handle, CURLOPT_FOLLOWLOCATION, request.maximumRedirects > 0 ? 1 : 0)
        cshim_setopt_long(handle, CURLOPT_MAXREDIRS, request.maximumRedirects)
        if request.mayReach != nil { watchSockets(handle) }
        cshim_setopt_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        // Straight to the host, as the requests of clients go, whatever the environment says of proxies.
        cshim_setopt_str(handle, CURLOPT_PROXY, "")
        // Connections are kept, names need not be: libcurl walks through all it remembers after each request.
        cshim_setopt_long(handle, CURLOPT_DNS_CACHE_TIMEOUT, 5)
        cshim_setopt_str(handle, CURLOPT_URL, request.url)
        // One that can be tried again keeps half of its time for that.
        let connectTimeout =
            lastAddress == nil ? request.connectTimeout : min(request.connectTimeout, request.totalTimeout / 2)
        cshim_setopt_long(handle, CURLOPT_CONNECTTIMEOUT_MS, connectTimeout.timeoutMilliseconds)
        cshim_setopt_long(handle, CURLOPT_TIMEOUT_MS, request.totalTimeout.timeoutMilliseconds)
        // Ends what announces too much before it comes; `receive` ends what does not say.
        if request.receive == nil {
            cshim_setopt_off(handle, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(request.maximumBodyBytes))
        }
        cshim_setopt_ptr(handle, CURLOPT_ERRORBUFFER, errorText)
        // What an edge packs unasked is unpacked as well.
        cshim_setopt_str(handle, CURLOPT_ACCEPT_ENCODING, "")
        if let address {
            connectTo = curl_slist_append(nil, "::\(address.contains(":") ? "[\(address)]" : address):")
            cshim_setopt_ptr(handle, CURLOPT_CONNECT_TO, connectTo)
        }
        prepareMethod(handle)
        for header in request.headers {
            // A name followed by a colon alone would remove the header; an empty value is written with a semicolon.
            let line = header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)"
            headers = curl_slist_append(headers, line)
        }
        if request.body != nil { headers = curl_slist_append(headers, "Expect:") }
        cshim_setopt_ptr(handle, CURLOPT_HTTPHEADER, headers)
        cshim_setopt_ptr(handle, CURLOPT_WRITEDATA, Unmanaged.passUnretained(self).toOpaque())
        cshim_setopt_data_callback(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            Unmanaged<CurlTransfer>.fromOpaque(context!).takeUnretainedValue()
                .receive(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
    }

    /// The result for the caller, now that libcurl is done with the handle.
    func result(_ code: CURLcode, handle: UnsafeMutableRawPointer) -> Result<CurlResponse, CurlError> {
        guard code == CURLE_OK else {
            if overflowed || code == CURLE_FILESIZE_EXCEEDED {
                return .failure(.bodyTooLarge(limit: request.maximumBodyBytes))
            }
            if isUnwanted { return .failure(.cancelled) }
            if isForbidden { return .failure(.forbidden) }
            return .failure(error(code, handle))
        }
        return .success(
            CurlResponse(
                status: status(handle), body: body, timings: CurlTimings(handle: handle),
                retryAfter: retryAfter(handle)))
    }

    private func retryAfter(_ handle: UnsafeMutableRawPointer) -> Duration? {
        var seconds: curl_off_t = 0
        cshim_getinfo_off(handle, CURLINFO_RETRY_AFTER, &seconds)
        return seconds > 0 ? .seconds(Int64(seconds)) : nil
    }

    private func status(_ handle: UnsafeMutableRawPointer) -> Int {
        var status = 0
        cshim_getinfo_long(handle, CURLINFO_RESPONSE_CODE, &status)
        return status
    }

    private func error(_ code: CURLcode, _ handle: UnsafeMutableRawPointer) -> CurlError {
        let message = message(code, handle)
        if code == CURLE_OPERATION_TIMEDOUT, errorText[0] != 0, message.hasPrefix("Resolving timed out") {
            return .unresolved(message)
        }
        guard code == CURLE_COULDNT_CONNECT else {
            let isConnected = CurlTimings(handle: handle).connect > .zero
            return CurlError(code: code, message: message, isConnected: isConnected)
        }
        switch osError(handle) {
        case EMFILE, ENFILE, ENOMEM, ENOBUFS, EADDRNOTAVAIL: return .ours(message)
        default: return .refused(message)
        }
    }

    private func osError(_ handle: UnsafeMutableRawPointer) -> Int32 {
        var number = 0
        cshim_getinfo_long(handle, CURLINFO_OS_ERRNO, &number)
        return Int32(truncatingIfNeeded: number)
    }

    /// The address that the name of its host was found to have; nil where the host is written as one, or the address was given.
    func foundAddress(_ handle: UnsafeMutableRawPointer) -> String? {
        // Of one that was told where to go nothing is learned.
        guard request.address == nil else { return nil }
        var text: UnsafePointer<CChar>?
        cshim_getinfo_str(handle, CURLINFO_PRIMARY_IP, &text)
        guard let address = text.map({ String(cString: $0) }), !address.isEmpty else { return nil }
        return authority.hasPrefix(address) || authority.hasPrefix("[") ? nil : address
    }

    /// The same request once more in the time that is left, after a try that came to no connection: to the address where its
    /// place was last reached where nobody found its name or no address was there in time, and to the one that it had reached
    /// where TLS was not agreed in time. Nil where that is of no use.
    func again(after result: Result<CurlResponse, CurlError>, _ handle: UnsafeMutableRawPointer) -> CurlTransfer? {
        guard let lastAddress, case .failure(let error) = result else { return nil }
        let timings = CurlTimings(handle: handle)
        var address = lastAddress
        switch error {
        case .unresolved: break
        case .timedOut where timings.connect == .zero: break
        case .timedOut where request.isSecure && timings.tls == .zero: address = foundAddress(handle) ?? lastAddress
        default: return nil
        }
        return request.rest(after: timings.total).map {
            CurlTransfer(id, $0, authority, address: address, lastAddress: nil, completion)
        }
    }

    /// libcurl's words; where a connection failed, the system's, since libcurl's do not say why.
    private func message(_ code: CURLcode, _ handle: UnsafeMutableRawPointer) -> String {
        let number = osError(handle)
        if code == CURLE_COULDNT_CONNECT, number != 0, let text = strerror(number) {
            return String(cString: text).lowercased()
        }
        return String(cString: errorText[0] == 0 ? curl_easy_strerror(code) : UnsafePointer(errorText))
    }

    /// Every connection passes here once its address is known, after each name and each redirection.
    private func watchSockets(_ handle: UnsafeMutableRawPointer) {
        cshim_setopt_long(handle, CURLOPT_FORBID_REUSE, 1)
        cshim_setopt_ptr(handle, CURLOPT_OPENSOCKETDATA, Unmanaged.passUnretained(self).toOpaque())
        cshim_setopt_socket_callback(handle) { context, _, address in
            guard let context, let address else { return -1 }
            let transfer = Unmanaged<CurlTransfer>.fromOpaque(context).takeUnretainedValue()
            // All of the address: the member is as long as the shortest kind.
            let place = UnsafeRawPointer(address) + MemoryLayout<curl_sockaddr>.offset(of: \.addr)!
            guard transfer.request.mayReach?(place.assumingMemoryBound(to: sockaddr.self)) == true else {
                transfer.isForbidden = true
                return -1
            }
            return socket(
                address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
                address.pointee.`protocol`)
        }
    }

    private func prepareMethod(_ handle: UnsafeMutableRawPointer) {
        switch request.method {
        case .get: cshim_setopt_long(handle, CURLOPT_HTTPGET, 1)
        case .head: cshim_setopt_long(handle, CURLOPT_NOBODY, 1)
        case .post: cshim_setopt_long(handle, CURLOPT_POST, 1)
        case .delete: cshim_setopt_str(handle, CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
        guard let body = request.body ?? (request.method == .post ? [] : nil) else { return }
        // The size first: it says how much COPYPOSTFIELDS has to copy.
        cshim_setopt_off(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
        body.withUnsafeBytes { bytes in
            // An empty array has no address, and no address would mean that the body comes from a callback.
            let start = bytes.baseAddress ?? UnsafeRawPointer(errorText)
            cshim_setopt_ptr(handle, CURLOPT_COPYPOSTFIELDS, start)
        }
    }

    /// Answers how much was taken; less than was offered ends the transfer.
    private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        if let receive = request.receive, let handle, (200...299).contains(status(handle)) {
            guard !receive(bytes) else { return bytes.count }
            isUnwanted = true
            return 0
        }
        guard bytes.count <= request.maximumBodyBytes - body.count else {
            overflowed = true
            return 0
        }
        body.append(contentsOf: bytes)
        return bytes.count
    }
}

extension Duration {
    /// For libcurl, where 0 would mean no limit at all: at least 1, at most a day.
    fileprivate var timeoutMilliseconds: Int {
        let milliseconds = components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
        return Int(min(max(milliseconds, 1), 86_400_000))
    }
}
