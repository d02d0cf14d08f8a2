using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Secrets;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.MailFlow.Spool.Postgres.Opening;
using InboundBridge.Yaml;

namespace InboundBridge.Configuration.Sections;

/// <summary><c>spool</c>: the embedded store, or the shared one.</summary>
internal sealed record SpoolSettings(SpoolOptions Store, Secret? Postgres);

internal static class SpoolSection
{
    public static SectionShape<SpoolSettings> Shape { get; } =
        new SectionShape<SpoolSettings>(
            "Where accepted mail is kept until it is delivered.", () => new SpoolSettings(new SpoolOptions { Path = string.Empty }, null))
            .Key("path", new PathShape(PathMustBe.Anything), (spool, value) => spool with { Store = spool.Store with { Path = value } },
                "The directory of the embedded store; with postgres, the node's own files. Default: data/.")
            .Key("postgres", Connection, (spool, value) => spool with { Postgres = value },
                "Connection string of a PostgreSQL database, where several nodes share one spool (docs/cluster.md).")
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
                "With less free space on the disk MAIL gets 452 4.3.1. With 0, mail is taken until the disk is full.", "500MB");

    private static SectionShape<RetainSettings> Retain =>
        new SectionShape<RetainSettings>("Retention.", () => new RetainSettings(TimeSpan.FromDays(3), TimeSpan.FromDays(14), true))
        .Key("delivered", Scalars.Duration(TimeSpan.Zero), (retain, value) => retain with { Delivered = value },
            "When every delivery succeeded.", "3d")
        .Key("dead", Scalars.Duration(TimeSpan.Zero), (retain, value) => retain with { Dead = value }, "When a delivery is dead or cancelled.",
            "14d")
        .Key("bodies", Scalars.Toggle, (retain, value) => retain with { Bodies = value },
            "false: the content is deleted as soon as every delivery has succeeded; the record stays.", "true");

    private static ScalarShape<Secret> Connection => new("a secret", TryRead, () => Scalars.Secret.Schema())
    {
        IsSecret = true,
        Complaint = ComplaintOf,
    };

    private static bool TryRead(string text, out Secret value)
    {
        value = new Secret(text);
        return text.Length > 0;
    }

    private static string? ComplaintOf(Secret connection)
    {
        try
        {
            PostgresSettings.Read(connection.Reveal());
            return null;
        }
        catch (FormatException fault)
        {
            return $"{fault.Message}{HintOf(connection.Reveal())}";
        }
    }

    /// <summary>Names only keys that there are. An unknown one may be a part of a password, which is shown to nobody.</summary>
    private static string HintOf(string text)
    {
        if (ConnectionKeys.FindUnknown(text) is not { } unknown)
            return string.Empty;
        foreach (var key in unknown)
        {
            if (NearestName.Find(key, ConnectionKeys.Known) is { } nearest)
                return $": one of its keys is unknown; did you mean '{nearest}'?";
        }
        if (unknown.Count > 0)
            return ": one of its keys is unknown (a password with a semicolon stands in quotes: Password='a;b')";
        return ConnectionKeys.FindUnusable(text) is { } known ? $": '{known}' does not take this value" : string.Empty;
    }

    private sealed record RetainSettings(TimeSpan Delivered, TimeSpan Dead, bool Bodies);
}
