import HTTPTypes
import Hummingbird

/// The cookie that names a session: sent to `/ui/session` alone, read by no script, and never from another site.
struct SessionCookie {
    /// Browsers give one host's cookies to all its ports: gateways beside each other would end each other's sessions.
    let name: String

    /// The cookie at the address that a browser has asked.
    init(of request: Request) {
        let port = request.head.authority.flatMap { $0.split(separator: ":").last }.flatMap { UInt16($0) }
        name = "drover_session" + (port.map { "_\($0)" } ?? "")
    }

    /// - Parameter isSecure: the page came over TLS.
    func setting(_ session: String, isSecure: Bool) -> String {
        "\(name)=\(session); Path=/ui/session; Max-Age=\(SessionBook.lifetime.components.seconds); \(Self.flags(isSecure))"
    }

    func clearing(isSecure: Bool) -> String { "\(name)=; Path=/ui/session; Max-Age=0; \(Self.flags(isSecure))" }

    private static func flags(_ isSecure: Bool) -> String {
        "HttpOnly; SameSite=Strict" + (isSecure ? "; Secure" : "")
    }

    /// The session that a request names; nil without one.
    func session(in fields: HTTPFields) -> String? {
        for field in fields[values: .cookie] {
            for pair in field.split(separator: ";") {
                let pair = pair.drop { $0 == " " }
                guard pair.hasPrefix(name + "=") else { continue }
                let value = pair.dropFirst(name.utf8.count + 1)
                if value.utf8.count == 64 { return String(value) }
            }
        }
        return nil
    }

    /// Whether the page that asks is the gateway's own. Browsers say where a request comes from by `Sec-Fetch-Site` and, where
    /// it changes anything, by `Origin`; programs that are none say neither.
    static func isOwnPage(_ request: Request) -> Bool {
        let site = HTTPField.Name("sec-fetch-site").flatMap { request.headers[$0] }
        if let site, site != "same-origin", site != "none" { return false }
        return request.headers[values: .origin].allSatisfy { origin in
            guard let host = request.head.authority, let scheme = origin.firstRange(of: "://") else { return false }
            return origin[scheme.upperBound...].lowercased() == host.lowercased()
        }
    }
}
