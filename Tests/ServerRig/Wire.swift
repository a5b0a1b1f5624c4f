/// Requests as clients write them.
enum Wire {
    static func post(
        _ path: String, _ body: String = "{}", headers: String = "", version: String = "1.1",
        host: String? = "localhost"
    ) -> String {
        "POST \(path) HTTP/\(version)\r\n\(host.map { "Host: \($0)\r\n" } ?? "")\(headers)"
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    static func chat(_ body: String = "{}", headers: String = "") -> String {
        post("/v1/chat/completions", body, headers: headers)
    }

    static func get(_ path: String, headers: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n"
    }
}
