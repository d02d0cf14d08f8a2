using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Values;
using InboundBridge.MailFlow.Delivery.Lmtp;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.Rules.Contract;
using InboundBridge.Smtp.Client;

namespace InboundBridge.Configuration.Destinations.Lmtp;

/// <summary><c>lmtp</c>: a mailbox store (RFC 2033).</summary>
internal sealed class LmtpKind : DestinationKind<LmtpOptions>
{
    public LmtpKind() => Shape = Section("A mailbox store that speaks LMTP.", Keys, onFailure: "bounce");

    public override string Name => "lmtp";

    public override SectionShape<DestinationSettings> Shape { get; }

    public override RuleDestinationKind ForRules => new(Name) { NotFromMail = new HashSet<string>(StringComparer.Ordinal) { "address" } };

    public override DestinationSettings Named(string name) => new()
    {
        Queue = new DestinationOptions { Name = name, Kind = Name, OnFailure = "bounce" },
        Options = new LmtpOptions { Name = name, Address = string.Empty, Hostname = string.Empty },
    };

    public override DestinationSettings Complete(DestinationSettings destination, string hostname, IReadOnlyList<string> domains) =>
        Set(destination, Of(destination) with { Hostname = hostname });

    public override SmtpClientOptions? Callout(DestinationSettings destination) => LmtpTarget.ClientOptions(Of(destination));

    protected override IDeliveryTarget Create(DestinationSettings destination, DestinationServices services) =>
        new LmtpTarget(Of(destination), services.Clock, services.Logs.CreateLogger<LmtpTarget>());

    private static SectionShape<DestinationSettings> Keys(SectionShape<DestinationSettings> section) => section
        .Required("address", new EndPointShape(toListen: false),
            (destination, value) => Set(destination, Of(destination) with { Address = EndPointText.Format(value) }),
            "such as unix:/run/dovecot/lmtp or 127.0.0.1:24")
        .Key("connection_reuse", Scalars.Whole(1), (destination, value) =>
            Set(destination, Of(destination) with { ConnectionReuse = value }),
            "Messages sent on a connection before it is closed.", "100")
        .Key("connect_timeout", Scalars.Duration(), (destination, value) =>
            Set(destination, Of(destination) with { ConnectTimeout = value }),
            "Time limit for connecting.", "30s")
        .Key("command_timeout", Scalars.Duration(), (destination, value) =>
            Set(destination, Of(destination) with { CommandTimeout = value }),
            "Time limit for a reply to a command.", "5m")
        .Key("data_timeout", Scalars.Duration(), (destination, value) => Set(destination, Of(destination) with { DataTimeout = value }),
            "Time limit for the replies after the data.", "10m")
        .Key("idle_timeout", Scalars.Duration(), (destination, value) => Set(destination, Of(destination) with { IdleTimeout = value }),
            "How long an idle connection is kept.", "30s");
}
