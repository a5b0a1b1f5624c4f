import Glibc

/// Whether this process runs in a container, where `localhost` is the container and not the machine.
enum Container {
    /// By what Docker, Podman, systemd-nspawn and Kubernetes leave to be seen.
    static func isAround(environment: [String: String]) -> Bool {
        environment["container"] != nil || environment["KUBERNETES_SERVICE_HOST"] != nil
            || access("/.dockerenv", F_OK) == 0 || access("/run/.containerenv", F_OK) == 0
    }
}
