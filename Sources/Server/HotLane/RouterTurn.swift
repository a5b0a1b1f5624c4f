import NIOHTTP1

/// What the router has been handed and not answered.
struct RouterTurn {
    private(set) var requests = 0
    /// An answer has begun and not ended.
    private(set) var headIsOut = false
    /// The router does not know HTTP/1.0 and `Connection: Close`: the answer to such a request ends the connection.
    private(set) var closes = false

    /// Of its one request nothing is answered yet.
    var isUnanswered: Bool { requests == 1 && !headIsOut }

    /// The router is handed this head.
    mutating func begin(_ head: HTTPRequestHead, isLast: Bool) {
        requests += 1
        closes = isLast || !head.isKeepAlive
    }

    /// The process is to end before long. An answer that has begun without saying that it is the last one is not.
    mutating func retire() {
        if requests > 1 || !headIsOut { closes = true }
    }

    /// The router writes; the head of an answer that is the connection's last is told to say so.
    /// - Returns: whether an answer ends with this.
    mutating func write(_ part: inout HTTPServerResponsePart) -> Bool {
        switch part {
        case .head(let head) where head.status.code < 200: return false
        case .head(var head):
            headIsOut = true
            if closes, requests == 1 {
                head.headers.replaceOrAdd(name: "connection", value: "close")
                part = .head(head)
            }
            return false
        case .body: return false
        case .end:
            headIsOut = false
            requests -= 1
            return true
        }
    }
}
