import ArgumentParser
import NIOCore

/// Where load goes: this machine, and nowhere else.
struct Target: Sendable {
    let port: Int
    let path: String

    init(_ url: String) throws {
        let prefix = "http://"
        guard url.hasPrefix(prefix) else { throw ValidationError("\(url) does not begin with http://") }
        let rest = url.dropFirst(prefix.count)
        let place = rest.prefix { $0 != "/" }
        let parts = place.split(separator: ":")
        guard parts.count == 2, ["127.0.0.1", "localhost"].contains(parts[0]), let port = Int(parts[1]),
            (1...65_535).contains(port)
        else {
            throw ValidationError("\(url) is not http://127.0.0.1:PORT; load is for this machine only")
        }
        self.port = port
        path = String(rest.dropFirst(place.count))
    }

    /// A chat request, in the dialect that the path tells.
    func request(model: String, stream: Bool, tokens: Int?, key: String?) -> ByteBuffer {
        let path = ["", "/"].contains(path) ? "/v1/chat/completions" : path
        var body = #"{"model":"\#(model)","stream":\#(stream),"#
        if let tokens {
            body += path.hasPrefix("/api/") ? #""options":{"num_predict":\#(tokens)},"# : #""max_tokens":\#(tokens),"#
        }
        body += #""messages":[{"role":"system","content":"You herd llamas over the ridge and answer in plain words."},"#
        body += #"{"role":"user","content":"Where does the herd graze when the snow comes early this year?"}]}"#
        let authorization = key.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        return ByteBuffer(
            string: """
                POST \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Type: application/json\r\n\
                \(authorization)Content-Length: \(body.utf8.count)\r\n\r\n\(body)
                """)
    }

    /// A request for the farm's counters.
    var statsRequest: ByteBuffer {
        ByteBuffer(string: "GET /farm/stats HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n")
    }
}
