using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Destinations.Relay;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.TransportSecurity.MtaSts;
using InboundBridge.Smtp.Server;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration;

/// <summary>Checks that need several sections of the configuration together.</summary>
internal static class ConfigurationCrossChecks
{
    public static void Run(ApplianceOptions options, ConfigReading reading)
    {
        CheckDomains(options, reading);
        CheckListeners(options, reading);
        OnDemandChecks.Run(options, reading);
        SigningDomainCheck.Run(options, reading);
        CheckHttpTls(options, reading);
        CheckPublicSide(options, reading);
        CheckDestinationNames(options, reading);
        CheckFailureChains(options, reading);
        CheckMtaSts(options, reading);
        NotifyChecks.Run(options, reading);
        AcmeChecks.Run(options, reading);
    }

    private static void CheckDomains(ApplianceOptions options, ConfigReading reading)
    {
        var node = reading.Tree.Find("domains");
        if (options.Domains.Count > 0 || node is YamlSequence { Items.Count: > 0 } or YamlScalar { IsNull: false })
            return;
        node ??= reading.Tree.Root;
        reading.Problems.Warn(node.Position, "there are no domains: mail for anybody is refused", "domains: [example.com]");
    }

    private static void CheckListeners(ApplianceOptions options, ConfigReading reading)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        // A certificate that is configured but wrong is reported elsewhere; here it counts as configured.
        var hasCertificate = options.Tls.Certificates.Count > 0
            || reading.Tree.Find("tls", "certificates") is YamlSequence { Items.Count: > 0 }
            || reading.Tree.Find("tls", "acme") is not null;
        var node = reading.Tree.Find("smtp", "listeners") as YamlSequence;
        for (var index = 0; index < options.Smtp.Listeners.Count; index++)
        {
            var listener = options.Smtp.Listeners[index];
            // Items that could not be read are missing from the options, so places match only in a list without errors.
            var place = node is not null && node.Items.Count == options.Smtp.Listeners.Count
                ? node.Items[index] : (YamlNode?)node ?? reading.Tree.Root;
            if (!names.Add(listener.Name))
                reading.Error(place, $"two listeners are called '{listener.Name}'", "give one of them a name or another address");
            if (listener.Tls is ListenerTls.Require or ListenerTls.Implicit && !hasCertificate)
                reading.Error(
                    place, $"tls: {(listener.Tls == ListenerTls.Require ? "require" : "implicit")} needs a certificate",
                    "tls: { certificates: [{ cert: …, key: … }] }");
            if (listener is { Mode: SmtpListenerMode.Submission, Tls: ListenerTls.Off })
                reading.Error(place, "a submission listener without TLS would take passwords in the clear", "tls: require");
            if (listener is { CramMd5: true, Mode: not (SmtpListenerMode.Submission or SmtpListenerMode.Odmr) })
                reading.Error(
                    place, "cram_md5 is for submission and odmr listeners: clients can't log in on this one",
                    "mode: submission, or remove cram_md5");
            if (listener.CramMd5 && options.UsersFile is null)
                reading.Error(place, "cram_md5 needs users with a 'secret'", "users: { file: users.yaml }");
            if (listener.AskForCertificate && !hasCertificate)
                reading.Error(
                    place, "client_certificate: ask needs TLS, and no server certificate is configured",
                    "tls: { certificates: [{ cert: …, key: … }] }");
        }
    }

    private static void CheckHttpTls(ApplianceOptions options, ConfigReading reading)
    {
        if (options.Http.ListenTls && options.Tls.Certificates.Count == 0
            && reading.Tree.Find("tls", "certificates") is not YamlSequence { Items.Count: > 0 }
            && reading.Tree.Find("tls", "acme") is null)
            reading.Error(
                reading.Tree.Find("http", "listen") ?? reading.Tree.Root, "tls: implicit needs a certificate",
                "tls: { certificates: [{ cert: …, key: … }] }");
    }

    private static void CheckPublicSide(ApplianceOptions options, ConfigReading reading)
    {
        if (options.Http is { PublicListen: not null, PublicUrl: null } && reading.Tree.Find("http", "public_url") is null
            && reading.Tree.Find("mta_sts") is null)
            reading.Error(
                reading.Tree.Find("http", "public_listen") ?? reading.Tree.Root,
                "public_listen serves links and the MTA-STS policy, and without public_url and mta_sts there are none",
                "public_url: https://mail.example.com");
    }

    /// <summary>A policy that does not list this host keeps mail away from it.</summary>
    private static void CheckMtaSts(ApplianceOptions options, ConfigReading reading)
    {
        var host = options.Smtp.Server.Hostname;
        if (options.MtaSts is not { Mode: not MtaStsMode.None } ours || reading.Tree.Find("mta_sts", "mx") is not { } node
            || new MtaStsPolicy(ours.Mode, ours.MaxAge, ours.Mx, []).Lists(host))
            return;
        reading.Problems.Warn(
            node.Position, $"mta_sts.mx does not list this server, '{host}': senders that keep to the policy deliver no mail here",
            $"add {host}, unless other servers pass the mail on to here");
    }

    private static void CheckDestinationNames(ApplianceOptions options, ConfigReading reading)
    {
        if (options.Rules.Default.Destination is { } fallback)
            MustBeThere(fallback, reading.Tree.Find("rules", "default"), reading, "reject", "hold", "discard");
        if (options.Recipients?.Verify is { } verify)
            MustBeThere(verify, reading.Tree.Find("recipients", "verify"), reading);
        CheckBounces(options, reading);
        if (options.TlsReports is { } reports)
        {
            var node = reading.Tree.Find("tls_reports", "via");
            MustBeThere(reports.Via, node, reading);
            if (OtherThanRelay(options, reports.Via) is { } other)
                reading.Error(node ?? reading.Tree.Root, $"'{other.Name}' is no relay", "reports go to other domains");
        }
        foreach (var destination in options.Destinations)
            if (destination.Queue.OnFailure is not ("dead_letter" or "bounce"))
                MustBeThere(destination.Queue.OnFailure, OnFailure(destination, reading), reading, "dead_letter", "bounce");
    }

    /// <summary>Bounces leave by a relay; without one, a configuration that asks for them gets a warning.</summary>
    private static void CheckBounces(ApplianceOptions options, ConfigReading reading)
    {
        if (options.Delivery.Bounces.Via is { } via)
        {
            var node = reading.Tree.Find("delivery", "bounces", "via");
            MustBeThere(via, node, reading);
            if (OtherThanRelay(options, via) is { } other)
                reading.Error(
                    node ?? reading.Tree.Root, $"bounces can't leave by '{via}', which is of kind {other.Queue.Kind}, not relay",
                    "name a relay");
            return;
        }
        foreach (var destination in options.Destinations)
        {
            if (OnFailure(destination, reading) is { } asked && destination.Queue.OnFailure == "bounce")
                reading.Problems.Warn(
                    asked.Position, $"no bounce leaves for '{destination.Name}': there is no relay for them, and failures stay as dead letters",
                    "delivery: { bounces: { via: RELAY } }");
        }
    }

    /// <summary>The destination of this name, where it is there and no relay.</summary>
    private static DestinationSettings? OtherThanRelay(ApplianceOptions options, string name) =>
        options.Destinations.FirstOrDefault(destination => destination.Name == name) is { Queue.Kind: not "relay" } other ? other : null;

    /// <summary>on_failure must not lead in a circle: a message that fails everywhere has to end somewhere.</summary>
    private static void CheckFailureChains(ApplianceOptions options, ConfigReading reading)
    {
        var next =
            options.Destinations.DistinctBy(destination => destination.Name, StringComparer.Ordinal)
                .ToDictionary(destination => destination.Name, destination => destination.Queue.OnFailure, StringComparer.Ordinal);
        foreach (var destination in options.Destinations)
        {
            var (at, steps) = (destination.Queue.OnFailure, 0);
            while (at != destination.Name && next.TryGetValue(at, out var following) && steps++ <= next.Count)
                at = following;
            if (at == destination.Name)
                reading.Error(
                    OnFailure(destination, reading) ?? reading.Tree.Root, $"on_failure of '{destination.Name}' leads back to itself",
                    "make one of them end in dead_letter or bounce");
        }
    }

    private static YamlNode? OnFailure(DestinationSettings destination, ConfigReading reading) =>
        reading.Tree.Find("destinations", destination.Name, destination.Queue.Kind, "on_failure");

    /// <summary>Looks in the tree, not in the options: a destination that is configured but wrong is reported elsewhere.</summary>
    internal static void MustBeThere(string name, YamlNode? node, ConfigReading reading, params string[] words)
    {
        var names = reading.Tree.Find("destinations") is YamlMapping destinations
            ? destinations.Entries.Select(entry => entry.Key.Value).ToArray() : [];
        if (!names.Contains(name, StringComparer.Ordinal))
            reading.Error(
                node ?? reading.Tree.Root, $"there is no destination '{name}'",
                NearestName.Hint(name, [.. words, .. names]) ?? "name it under destinations");
    }
}
