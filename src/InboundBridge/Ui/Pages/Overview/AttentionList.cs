using InboundBridge.MailFlow.Queue;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Operations.Nodes;
using InboundBridge.Operations.Status;
using InboundBridge.Text;
using InboundBridge.Ui.Text;

namespace InboundBridge.Ui.Pages.Overview;

/// <summary>What needs a person, the worst first.</summary>
internal static class AttentionList
{
    private const string ConfigurationPath = "/ui/configuration";

    private const string NodesPath = ConfigurationPath + "#nodes";

    /// <summary>Lost nodes that are named; the page of the configuration has all.</summary>
    private const int MostNodes = 3;

    /// <summary>Warnings that are written out; the page of the configuration has all.</summary>
    private const int MostWarnings = 3;

    /// <summary>Characters of a warning.</summary>
    private const int LongestWarning = 200;

    private static readonly TimeSpan ExpiresSoon = TimeSpan.FromDays(14);

    private static readonly TimeSpan ExpiresNow = TimeSpan.FromDays(3);

    /// <summary>A certificate may live for six days: the last quarter of a lifetime is soon enough, as for notices and the alert.</summary>
    private const int SoonPart = 4;

    private const int NowPart = 8;

    public static IReadOnlyList<Attention> Of(
        Statistics statistics, ConfigurationReport configuration, IReadOnlyList<DestinationStatus> destinations,
        IReadOnlyList<CertificateExpiry> certificates, NodeGlance nodes, DateTimeOffset now) =>
        [
            .. OfSpool(statistics).Concat(OfMissing(statistics, destinations))
                .Concat(destinations.SelectMany(each => OfDestination(each, now)))
                .Concat(certificates.SelectMany(each => OfCertificate(each, now))).Concat(OfNodes(nodes))
                .Concat(OfConfiguration(configuration))
                .OrderBy(each => each.IsBad ? 0 : 1),
        ];

    private static IEnumerable<Attention> OfSpool(Statistics statistics)
    {
        var text = statistics.Condition switch
        {
            SpoolCondition.DiskLow => "The disk is nearly full: new mail gets 452 until there is more room (spool.minimum_free).",
            SpoolCondition.CommitsSlow => "The disk is slow: new mail gets 451 until a write succeeds.",
            SpoolCondition.Failing => "The spool can't be written: new mail gets 451. The log says why.",
            _ => null,
        };
        if (text is not null)
            yield return new Attention(text, true, ConfigurationPath);
        if (!statistics.Ready)
            yield return new Attention("The listeners are not open.", true, ConfigurationPath);
    }

    /// <summary>Mail for destinations that were renamed or removed: it is neither attempted nor given up.</summary>
    private static IEnumerable<Attention> OfMissing(Statistics statistics, IReadOnlyList<DestinationStatus> destinations) =>
        StrandedDeliveries.Among(statistics.Totals.Deliveries, name => destinations.Any(each => each.Name == name))
            .Select(each => new Attention(
                $"{each.Text}: they are not attempted.", true, QueryText.Of("/ui/deliveries", ("destination", each.Destination))));

    private static IEnumerable<Attention> OfDestination(DestinationStatus status, DateTimeOffset now)
    {
        var href = $"/ui/destinations/{Uri.EscapeDataString(status.Name)}";
        switch (DestinationWords.State(status, now))
        {
            case "paused":
                yield return new Attention($"{status.Name} is paused: {status.PauseReason}", false, href);
                break;
            case "down":
                yield return new Attention($"{status.Name} is down: its last attempts failed, so it is only probed.", true, href);
                break;
            case "slow":
                yield return new Attention(
                    $"{status.Name} is slow: its oldest mail has waited for {AgoText.Span(now - status.OldestOpen!.Value)}.", false, href);
                break;
        }
    }

    private static IEnumerable<Attention> OfCertificate(CertificateExpiry certificate, DateTimeOffset now)
    {
        var left = certificate.Expires - now;
        if (left < TimeSpan.Zero)
            yield return new Attention($"The certificate {certificate.File} has expired.", true, ConfigurationPath + "#certificates");
        else if (left < Shorter(ExpiresSoon, certificate.Lifetime / SoonPart))
            yield return new Attention(
                $"The certificate {certificate.File} expires in {AgoText.Span(left)}.",
                left < Shorter(ExpiresNow, certificate.Lifetime / NowPart), ConfigurationPath + "#certificates");
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static IEnumerable<Attention> OfNodes(NodeGlance nodes)
    {
        if (nodes.Lost.Count > 0)
        {
            var named = string.Join(", ", nodes.Lost.Take(MostNodes)) + (nodes.Lost.Count > MostNodes ? ", …" : string.Empty);
            yield return new Attention(
                $"{(nodes.Lost.Count == 1 ? "1 node" : $"{NumberText.Count(nodes.Lost.Count)} nodes")} lost, no longer heard: {named}",
                false, NodesPath);
        }
        if (nodes.Differ)
            yield return new Attention("The nodes run different configurations.", false, NodesPath);
    }

    private static IEnumerable<Attention> OfConfiguration(ConfigurationReport report)
    {
        if (report.LastReload is { Applied: false })
            yield return new Attention(
                "The last reload was refused: the configuration on disk has errors.", true, ConfigurationPath + "#reload");
        if (report.RestartNeeded.Count > 0)
            yield return new Attention(
                $"Changed, and waiting for a restart: {string.Join(", ", report.RestartNeeded)}", false, ConfigurationPath);
        foreach (var warning in report.Warnings.Take(MostWarnings))
            yield return new Attention(CutText.WithEllipsis(warning, LongestWarning), false, ConfigurationPath + "#warnings");
        if (report.Warnings.Count > MostWarnings)
            yield return new Attention(
                $"{NumberText.Count(report.Warnings.Count - MostWarnings)} more warnings about the configuration", false,
                ConfigurationPath + "#warnings");
    }
}
