using InboundBridge.Configuration.Binding;

namespace InboundBridge.Configuration.Sections;

internal static class RecipientsSection
{
    public static SectionShape<RecipientOptions> Shape { get; } = new SectionShape<RecipientOptions>(
            "Who exists; without it every address of the domains is offered to the rules.", () => new RecipientOptions())
        .Key("file", new PathShape(PathMustBe.File), (recipients, value) => recipients with { File = value }, "One address or glob a line; watched.")
        .Key("http", Http, (recipients, value) => recipients with { Url = value.Url, Cache = value.Cache },
            "Asked with GET ?recipient=…: 2xx yes, 404 no, anything else 451.")
        .Key("verify", Scalars.Text, (recipients, value) => recipients with { Verify = value },
            "An LMTP or relay destination that is asked with RCPT; its answer is cached.");

    private static SectionShape<(string Url, TimeSpan Cache)> Http =>
        new SectionShape<(string Url, TimeSpan Cache)>("A service that knows the recipients.", () => (string.Empty, new RecipientOptions().Cache))
            .Required("url", Scalars.Url, (http, value) => (value, http.Cache), "http or https")
            .Key("cache", Scalars.Duration(TimeSpan.Zero), (http, value) => (http.Url, value), "How long an answer is kept.", "5m");
}
