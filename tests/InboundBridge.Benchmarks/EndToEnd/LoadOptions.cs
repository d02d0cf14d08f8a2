using System.Net;
using InboundBridge.Benchmarks.Senders;

namespace InboundBridge.Benchmarks.EndToEnd;

/// <summary>The load: what is sent, to which systems, and how often.</summary>
internal sealed record LoadOptions
{
    public required int Rounds { get; init; }

    /// <summary>Mails of one run.</summary>
    public required int Messages { get; init; }

    public required int Connections { get; init; }

    /// <summary>Octets of a mail's body.</summary>
    public required int Size { get; init; }

    public required int Rules { get; init; }

    public required string Format { get; init; }

    public bool OnePerConnection { get; init; }

    /// <summary>
    /// As an appliance works that its operators use: metrics are scraped, pages of the web UI are open, and one mail in ten reaches a
    /// rule with a script.
    /// </summary>
    public bool Everything { get; init; }

    /// <summary>Who sends signed mails, with every system checking them; null: mails as smtp-source makes them, and no checks.</summary>
    public CheckedSender? Sender { get; init; }

    /// <summary>Where the systems listen: with checks in a network of their own, in which nobody else is.</summary>
    public string Listen => Sender is null ? "127.0.0.1" : "0.0.0.0";

    /// <summary>Where they are reached, and so where mail seems to come from.</summary>
    public IPAddress Target => Sender is null ? IPAddress.Loopback : PrivateNetwork.Client;

    public required string Folder { get; init; }

    /// <summary>Names of <see cref="SystemCatalog"/>.</summary>
    public required IReadOnlyList<string> Systems { get; init; }

    /// <summary>The builds of the appliance that are measured.</summary>
    public required IReadOnlyList<ApplianceBuild> Appliances { get; init; }

    /// <summary>How long each system warms up, at least, and at least for one run.</summary>
    public TimeSpan WarmUp { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>From 0 to 1: a run in which others took more of the machine is repeated.</summary>
    public double Quiet { get; init; } = 1;

    /// <summary>A note about the figures, as the end of a sentence.</summary>
    public string Conditions => Quiet < 1 ? $"; runs in which others took more than {Quiet * 100:0} % of the machine were repeated" : "";

    /// <summary>The time after which a run counts as failed.</summary>
    public TimeSpan Allowed { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>A file that the table is written to, besides standard output.</summary>
    public string? MarkdownFile { get; init; }
}
