using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Secrets;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Configuration.Sections;

/// <summary><c>spool</c>: the embedded store, or the shared one.</summary>
internal sealed record SpoolSettings(SpoolOptions Store, Secret? Postgres);

internal static class SpoolSection
{
    public static SectionShape<SpoolSettings> Shape { get; } =
        new SectionShape<SpoolSettings>(
            "Where accepted mail is kept until it is delivered.", () => new SpoolSettings(new SpoolOptions { Path = string.Empty }, null))
            .Key("path", new PathShape(PathMustBe.Anything), (spool, value) => spool with { Store = spool.Store with { Path = value } },
                "The directory of the embedded store. Default: data/.")
            .Key("postgres", Scalars.Secret, (spool, value) => spool with { Postgres = value },
                "Connection string of a spool that several nodes share.")
            .Key("inline_limit", Scalars.Size(0, 1024 * 1024),
                (spool, value) => spool with { Store = spool.Store with { InlineLimit = (int)value } },
                "Larger mails are stored in files of their own.", "48KB")
            .Key("retain", Retain,
                (spool, value) =>
                    spool with
                    {
                        Store = spool.Store with { RetainDelivered = value.Delivered, RetainDead = value.Dead, RetainBodies = value.Bodies }
                    },
                "How long messages are kept after their last delivery has ended.")
            .Key("minimum_free", Scalars.Size(0), (spool, value) => spool with { Store = spool.Store with { MinimumFree = value } },
                "With less free space on the disk MAIL gets 452 4.3.1.", "500MB");

    private static SectionShape<RetainSettings> Retain =>
        new SectionShape<RetainSettings>("Retention.", () => new RetainSettings(TimeSpan.FromDays(3), TimeSpan.FromDays(14), true))
        .Key("delivered", Scalars.Duration(TimeSpan.Zero), (retain, value) => retain with { Delivered = value },
            "When every delivery succeeded.", "3d")
        .Key("dead", Scalars.Duration(TimeSpan.Zero), (retain, value) => retain with { Dead = value }, "When a delivery is dead or cancelled.",
            "14d")
        .Key("bodies", Scalars.Toggle, (retain, value) => retain with { Bodies = value },
            "false: the content is deleted as soon as every delivery has succeeded; the record stays.", "true");

    private sealed record RetainSettings(TimeSpan Delivered, TimeSpan Dead, bool Bodies);
}
