import Balancer
import Dialects
import NIOCore

/// Requests that only load a model, or unload it.
extension Exchange {
    /// The answer to a load of a model that no instance loads, as one in a cloud: it is as good as loaded, and clients that load
    /// before they ask go on. Nil for every other request.
    mutating func answerToLoad(_ request: ClientRequest, of route: RouteTable.Route, at now: Moment) -> Action? {
        guard request.isLoad, route.notBuilt == nil,
            !routes.deployments(of: route.model).contains(where: { routes.deployments[$0].target?.loadsModels == true }
            ),
            var body = request.answerToLoad(unixSeconds: call.unixSeconds)
        else { return nil }
        reply.bytes = ByteBuffer()
        reply.bytes.reserveCapacity(body.readableBytes + 1024)
        writeHead(status: 200, contentType: call.head.front.contentType(isStream: false), at: now)
        reply.write(body: &body)
        finishRecord(.succeeded, status: 200, error: nil, at: now)
        return .finish(reply.take(), keepAlive: call.head.keepAlive)
    }

    // MARK: Unloading

    /// Whether one box has unloaded the model already.
    var isUnloading: Bool { if case .unloading = share { true } else { false } }

    /// A box has unloaded the model, and the others that have it are asked to, one after the other: to a client all are one. The
    /// client gets the first one's answer, whatever becomes of the others.
    mutating func unloaded(at now: Moment) -> Action {
        if !isUnloading { share = .unloading(FirstUnload(record, reply: reply.take())) }
        return unloadNext(at: now)
    }

    /// Asks the next box. One that cannot be had at once is left alone.
    mutating func unloadNext(at now: Moment) -> Action {
        guard case .unloading(let first) = share else { return fail(.internalError, at: now) }
        reply.discard()
        phase = .ready
        deadlines.clear()
        ask.excluded.insert(DeploymentID(index: record.deployment))
        ask.isRetry = false
        if let route = course.route, let next = try? balancer.pick(route.model, ask) { return start(next, at: now) }
        return end(first, at: now)
    }

    /// No other box is asked.
    mutating func end(_ first: FirstUnload, at now: Moment) -> Action {
        (record.deployment, record.lastAttempt, record.sentNanoseconds) =
            (first.deployment, first.attempt, first.sentNanoseconds)
        reply.bytes = first.reply
        return succeed(at: now)
    }
}
