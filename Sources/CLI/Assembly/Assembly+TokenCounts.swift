import Config
import Curl
import NIOCore
import Server

extension Assembly {
    /// Questions for the number of tokens of a message, by the thread that probes.
    ///
    /// - Parameter positions: where the deployments stand in the pool.
    func tokenCounts(_ curl: CurlMulti, at positions: [Int]) -> TokenCounts {
        let instances = Dictionary(
            uniqueKeysWithValues: zip(positions, configuration.modelList).map {
                ($0, configuration.instances[$1.instance])
            })
        return TokenCounts { deployment, request in
            guard let instance = instances[deployment], let base = instance.baseURL,
                var asked = Self.request(request, to: "\(base.scheme.rawValue)://\(base.authority)")
            else { return nil }
            asked.address = instance.address
            guard let answer = try? await curl.perform(asked), answer.status == 200
            else { return nil }
            return answer.body
        }
    }

    /// The same request for libcurl, which writes the lengths itself; nil for what is none.
    static func request(_ bytes: ByteBuffer, to origin: String) -> CurlRequest? {
        let all = Array(bytes.readableBytesView)
        guard let end = all.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: all[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3, words[0] == "POST" else { return nil }
        let written = ["host", "content-length", "accept-encoding"]
        let headers = lines.dropFirst().compactMap { line -> CurlRequest.Header? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            let name = line[..<colon]
            guard !written.contains(name.lowercased()) else { return nil }
            return CurlRequest.Header(String(name), String(line[line.index(after: colon)...].drop { $0 == " " }))
        }
        return CurlRequest(
            method: .post, url: origin + words[1], headers: headers, body: Array(all[end.upperBound...]),
            connectTimeout: .seconds(3), totalTimeout: .seconds(10), maximumBodyBytes: 1 << 16)
    }
}
