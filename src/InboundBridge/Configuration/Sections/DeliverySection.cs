using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;

namespace InboundBridge.Configuration.Sections;

internal static class DeliverySection
{
    public static SectionShape<DeliveryOptions> Shape { get; } =
        new SectionShape<DeliveryOptions>("Delivery of accepted mail.", () => new DeliveryOptions())
        .Key("workers", Scalars.Whole(1, 10_000), (delivery, value) => delivery with { Workers = value },
            "Attempts at the same time over all destinations.", "64")
        .Key("bounces", Bounces, (delivery, value) => delivery with { Bounces = value },
            "Reports to senders about what could not be delivered (RFC 3464).");

    private static SectionShape<BounceOptions> Bounces => new SectionShape<BounceOptions>("Bounces (RFC 3464).", () => new BounceOptions())
        .Key("from", Scalars.Text, (bounces, value) => bounces with { From = value }, "The bounces' reverse-path (RFC 5321 §4.5.5).", "<>")
        .Key("via", Scalars.Text, (bounces, value) => bounces with { Via = value },
            "The relay destination that sends bounces; without it none are sent.")
        .Key("only_if_authenticated", Scalars.Toggle, (bounces, value) => bounces with { OnlyIfAuthenticated = value },
            "Sends bounces only to senders that SPF or DKIM confirmed; others would be backscatter.", "true");
}
