import CCurl
import CCurlShim
import Glibc

/// One request on its way; belongs to the thread of its `CurlMulti`.
final class CurlTransfer {
    let id: UInt64
    let completion: CurlMulti.Completion
    private let request: CurlRequest
    /// Connect there, whatever the name of the host says now.
    private let address: String?
    private var connectTo: UnsafeMutablePointer<curl_slist>?
    private var body: [UInt8] = []
    private var overflowed = false
    private var headers: UnsafeMutablePointer<curl_slist>?
    private let errorText: UnsafeMutablePointer<CChar>

    init(id: UInt64, request: CurlRequest, address: String? = nil, completion: @escaping CurlMulti.Completion) {
        self.id = id
        self.address = address
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
        let scheme = request.url.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https" else { return .invalidRequest("not an http or https URL") }
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
        cshim_setopt_long(handle, CURLOPT_NOSIGNAL, 1)
        cshim_setopt_str(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        cshim_setopt_long(handle, CURLOPT_FOLLOWLOCATION, 0)
        cshim_setopt_long(handle, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        // Straight to the host, as the requests of clients go, whatever the environment says of proxies.
        cshim_setopt_str(handle, CURLOPT_PROXY, "")
        // Connections are kept, names need not be: libcurl walks through all it remembers after each request.
        cshim_setopt_long(handle, CURLOPT_DNS_CACHE_TIMEOUT, 5)
        cshim_setopt_str(handle, CURLOPT_URL, request.url)
        cshim_setopt_long(handle, CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout.timeoutMilliseconds)
        cshim_setopt_long(handle, CURLOPT_TIMEOUT_MS, request.totalTimeout.timeoutMilliseconds)
        // Ends what announces too much before it comes; `receive` ends what does not say.
        cshim_setopt_off(handle, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(request.maximumBodyBytes))
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
            return .failure(error(code, handle))
        }
        var status = 0
        cshim_getinfo_long(handle, CURLINFO_RESPONSE_CODE, &status)
        return .success(CurlResponse(status: status, body: body, timings: CurlTimings(handle: handle)))
    }

    private func error(_ code: CURLcode, _ handle: UnsafeMutableRawPointer) -> CurlError {
        let message = message(code, handle)
        if code == CURLE_OPERATION_TIMEDOUT, errorText[0] != 0, message.hasPrefix("Resolving timed out") {
            return .unresolved(message)
        }
        guard code == CURLE_COULDNT_CONNECT else { return CurlError(code: code, message: message) }
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

    /// The place that is asked, as its name's address is remembered by it.
    var authority: Substring {
        let rest = request.url.drop { $0 != "/" }.drop { $0 == "/" }
        return rest.prefix { $0 != "/" }
    }

    /// The address that it was connected to.
    func connectedAddress(_ handle: UnsafeMutableRawPointer) -> String? {
        var text: UnsafePointer<CChar>?
        cshim_getinfo_str(handle, CURLINFO_PRIMARY_IP, &text)
        return text.map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The same request once more, to this address; nil where it was that already.
    func again(at address: String) -> CurlTransfer? {
        guard self.address == nil else { return nil }
        return CurlTransfer(id: id, request: request, address: address, completion: completion)
    }

    /// libcurl's words; where a connection failed, the system's, since libcurl's do not say why.
    private func message(_ code: CURLcode, _ handle: UnsafeMutableRawPointer) -> String {
        let number = osError(handle)
        if code == CURLE_COULDNT_CONNECT, number != 0, let text = strerror(number) {
            return String(cString: text).lowercased()
        }
        return String(cString: errorText[0] == 0 ? curl_easy_strerror(code) : UnsafePointer(errorText))
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
