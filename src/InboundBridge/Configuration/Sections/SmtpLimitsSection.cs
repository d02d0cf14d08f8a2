using InboundBridge.Configuration.Binding;
using InboundBridge.Mime;
using InboundBridge.Smtp.Server;

namespace InboundBridge.Configuration.Sections;

internal static class SmtpLimitsSection
{
    public static SectionShape<ReceivingLimits> Shape { get; } =
        new SectionShape<ReceivingLimits>(
            "Limits of connections and of messages.", () => new ReceivingLimits(new SmtpLimits(), MimeLimits.Default))
            .Key("message_size", Scalars.Size(1024, 2L * 1024 * 1024 * 1024),
                (limits, value) => Wire(limits, limits.Smtp with { MessageSize = value }),
                "Octets of a message. They are counted; what SIZE claims is not trusted.", "50MB")
            .Key("recipients", Scalars.Whole(1, 100_000), (limits, value) => Wire(limits, limits.Smtp with { Recipients = value }),
                "Recipients of a message; RFC 5321 requires at least 100.", "1000")
            .Key("connections", Scalars.Whole(1, 1_000_000), (limits, value) => Wire(limits, limits.Smtp with { Connections = value }),
                "Connections at the same time.", "5000")
            .Key("connections_per_client", Scalars.Whole(1, 1_000_000),
                (limits, value) => Wire(limits, limits.Smtp with { ConnectionsPerClient = value }),
                "Connections at the same time from one IPv4 address or one IPv6 /64.", "50")
            .Key("messages_per_connection", Scalars.Whole(1),
                (limits, value) => Wire(limits, limits.Smtp with { MessagesPerConnection = value }),
                "Messages after which a connection gets 421.", "1000")
            .Key("errors", Scalars.Whole(1), (limits, value) => Wire(limits, limits.Smtp with { Errors = value }),
                "Bad commands after which a connection gets 421.", "10")
            .Key("commands_per_minute", Scalars.Whole(0),
                (limits, value) => Wire(limits, limits.Smtp with { IdleCommandsPerMinute = value }),
                "Commands a minute without any message being sent, after which a connection gets 421; 0 for no limit.", "600")
            .Key("command_timeout", Scalars.Duration(TimeSpan.FromSeconds(1)),
                (limits, value) => Wire(limits, limits.Smtp with { CommandTimeout = value }),
                "How long the server waits for a client's next command.", "5m")
            .Key("data_timeout", Scalars.Duration(TimeSpan.FromSeconds(1)),
                (limits, value) => Wire(limits, limits.Smtp with { DataTimeout = value }),
                "How long the data of a message may take.", "10m")
            .Key("minimum_rate", Scalars.ByteRate, (limits, value) => Wire(limits, limits.Smtp with { MinimumRate = value }),
                "Slower senders are disconnected; 0 for no limit.", "100B/s")
            .Key("command_line", Scalars.Whole(512, 64 * 1024), (limits, value) => Wire(limits, limits.Smtp with { CommandLine = value }),
                "Octets of a command line.", "2000")
            .Key("header_size", Scalars.Size(1024, 64L * 1024 * 1024), WithHeaderSize, "Octets of a header block.", "256KB")
            .Key("mime_depth", Scalars.Whole(1, 200), (limits, value) => limits with { Mime = limits.Mime with { Depth = value } },
                "Depth to which nested parts of a message are read.", "50")
            .Key("mime_parts", Scalars.Whole(1, 100_000), (limits, value) => limits with { Mime = limits.Mime with { Parts = value } },
                "Parts of a message that are read.", "1000");

    private static ReceivingLimits Wire(ReceivingLimits limits, SmtpLimits wire) => limits with { Smtp = wire };

    private static ReceivingLimits WithHeaderSize(ReceivingLimits limits, long octets) =>
        new(limits.Smtp with { HeaderSize = (int)octets }, limits.Mime with { HeaderBytes = (int)octets });
}
