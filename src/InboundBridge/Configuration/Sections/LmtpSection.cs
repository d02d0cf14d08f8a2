using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Values;
using InboundBridge.MailFlow.Delivery.Lmtp;
using InboundBridge.MailFlow.Queue.Destinations;

namespace InboundBridge.Configuration.Sections;

internal static class LmtpSection
{
    public static SectionShape<DestinationSettings> Shape { get; } = QueueKeys.Keys(new SectionShape<DestinationSettings>("A mailbox store that speaks LMTP.", () => Named(string.Empty))
        .Required("address", new EndPointShape(toListen: false), (destination, value) => Set(destination, Of(destination) with { Address = EndPointText.Format(value) }),
            "such as unix:/run/dovecot/lmtp or 127.0.0.1:24")
        .Key("connection_reuse", Scalars.Whole(1), (destination, value) => Set(destination, Of(destination) with { ConnectionReuse = value }),
            "Messages on one connection before it is closed.", "100")
        .Key("connect_timeout", Scalars.Duration(), (destination, value) => Set(destination, Of(destination) with { ConnectTimeout = value }), "For connecting.", "30s")
        .Key("command_timeout", Scalars.Duration(), (destination, value) => Set(destination, Of(destination) with { CommandTimeout = value }), "For one reply.", "5m")
        .Key("data_timeout", Scalars.Duration(), (destination, value) => Set(destination, Of(destination) with { DataTimeout = value }), "For the replies to the data.", "10m")
        .Key("idle_timeout", Scalars.Duration(), (destination, value) => Set(destination, Of(destination) with { IdleTimeout = value }), "How long an idle connection is kept.", "30s"), onFailure: "bounce");

    public static DestinationSettings Named(string name) => new()
    {
        Queue = new DestinationOptions { Name = name, Kind = "lmtp", OnFailure = "bounce" },
        Lmtp = new LmtpOptions { Name = name, Address = string.Empty, Hostname = string.Empty },
    };

    private static LmtpOptions Of(DestinationSettings destination) => destination.Lmtp!;

    private static DestinationSettings Set(DestinationSettings destination, LmtpOptions lmtp) => destination with { Lmtp = lmtp };
}
