namespace InboundBridge.ScenarioTests.Peers;

/// <summary>A zone that is signed by a key of its own (DNSSEC), for an <see cref="Unbound"/> that validates. Made by ldnsutils.</summary>
internal static class SignedZone
{
    /// <param name="records">Lines of a zone file, relative to the domain.</param>
    /// <returns>Clauses for Unbound's configuration: it validates the zone, and serves it and nothing else.</returns>
    public static async Task<string> SignAsync(PeerFolder folder, string domain, string records)
    {
        var zone = folder.Write($"{domain}.zone", $"""
            $ORIGIN {domain}.
            $TTL 60
            @ SOA ns hostmaster 1 3600 600 86400 60
            @ NS ns
            ns A 127.0.0.1
            {records}

            """);
        var made = await PeerProcess.RunAsync(
            "ldns-keygen", PeerPrograms.Find("ldns-keygen", "ldnsutils"),
            ["-a", "ECDSAP256SHA256", "-k", "-r", "/dev/urandom", domain], workingDirectory: folder.Path);
        made.Succeeded("ldns-keygen");
        var key = made.StandardOutput.Trim();
        var signed = await PeerProcess.RunAsync(
            "ldns-signzone", PeerPrograms.Find("ldns-signzone", "ldnsutils"), ["-o", domain, zone, key], workingDirectory: folder.Path);
        signed.Succeeded("ldns-signzone");
        return $"""
              module-config: "validator iterator"
              trust-anchor-file: "{folder[key]}.ds"
            auth-zone:
              name: "{domain}"
              zonefile: "{zone}.signed"
              for-downstream: no
              for-upstream: yes
              fallback-enabled: no
            """;
    }
}
