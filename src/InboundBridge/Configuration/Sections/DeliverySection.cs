using System.Text.Json.Nodes;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.MailFlow.Bounces;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Configuration.Sections;

internal static class DeliverySection
{
    private static readonly TimeSpan ShortestDelay = TimeSpan.FromSeconds(1);

    public static SectionShape<DeliveryOptions> Shape { get; } =
        new SectionShape<DeliveryOptions>("Delivery of accepted mail.", () => new DeliveryOptions())
        .Key("workers", Scalars.Whole(1, 10_000), (delivery, value) => delivery with { Workers = value },
            "Attempts at the same time over all destinations.", "64")
        .Key("bounces", Bounces, (delivery, value) => delivery with { Bounces = value },
            "Reports to senders about what could not be delivered (RFC 3464; docs/bounces.md).");

    private static SectionShape<BounceOptions> Bounces => new SectionShape<BounceOptions>("Bounces (RFC 3464).", () => new BounceOptions())
        .Key("via", Scalars.Text, (bounces, value) => bounces with { Via = value },
            "The relay destination that sends bounces; without it none are sent.")
        .Key("only_if_authenticated", Scalars.Toggle, (bounces, value) => bounces with { OnlyIfAuthenticated = value },
            "Sends bounces only to senders that SPF, DKIM, a login or smtp.trusted confirms; others would be backscatter.", "true")
        .Key("delay_after", Scalars.Duration(ShortestDelay), (bounces, value) => bounces with { DelayAfter = value },
            "The age of a delivery at which its sender hears that it waits.", "4h")
        .Key("language", Language, (bounces, value) => bounces with { Language = value },
            "The language of the part that people read.", "en")
        .Key("from", Address, (bounces, value) => bounces with { From = value },
            "The address in From; the reverse-path is always null (RFC 5321 §4.5.5).", "MAILER-DAEMON@HOSTNAME")
        .Key("per_sender", Scalars.Whole(1), (bounces, value) => bounces with { PerSender = value },
            "Bounces to one address within an hour; beyond, the delivery is a dead letter only.", "100")
        .Key("per_domain", Scalars.Whole(1), (bounces, value) => bounces with { PerDomain = value },
            "Bounces to one domain within an hour.", "1000");

    private static ScalarShape<string> Language =>
        Scalars.Choice([.. BounceOptions.Languages.Select(code => (code, code))]);

    private static ScalarShape<string> Address =>
        new("a mail address", TryParseAddress, () => new JsonObject { ["type"] = "string" })
        {
            Hint = _ => "such as postmaster@example.com",
        };

    private static bool TryParseAddress(string text, out string value)
    {
        value = text;
        return SmtpAddressParser.TryParse(text, out var address) && address is { Domain.Length: > 0 };
    }
}
