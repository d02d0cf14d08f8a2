using System.Text.Json.Nodes;
using InboundBridge.Configuration.Binding;
using InboundBridge.Configuration.Options;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Configuration.Sections;

internal static class RecipientsSection
{
    public static SectionShape<RecipientOptions> Shape { get; } = new SectionShape<RecipientOptions>(
            "Which recipients exist. Without it every address of the domains is passed to the rules.", () => new RecipientOptions())
        .Key("file", new PathShape(PathMustBe.File), (recipients, value) => recipients with { File = value },
            "A file with an address or glob on each line; changes are picked up.")
        .Key("http", Http, (recipients, value) => recipients with { Url = value.Url, Cache = value.Cache },
            "A service that is asked with GET ?recipient=…: 2xx means yes, 404 no, anything else 451.")
        .Key("verify", Scalars.Text, (recipients, value) => recipients with { Verify = value },
            "An LMTP or relay destination that is asked with RCPT; its answer is cached.")
        .Key("groups",
            new MapShape<string, IReadOnlyList<string>>(
                Address, new ListShape<string>(Address, minimum: 1), StringComparer.OrdinalIgnoreCase),
            (recipients, value) => recipients with { Groups = value },
            "Group addresses with their members: they exist, and EXPN lists them. The rules decide where their mail goes.");

    private static ScalarShape<string> Address =>
        new("an address", ParseAddress, () => new JsonObject { ["type"] = "string" }) { Hint = _ => "such as team@example.com" };

    private static bool ParseAddress(string text, out string value)
    {
        value = text;
        if (!SmtpAddressParser.TryParse(text, out var address) || address!.Domain.Length == 0)
            return false;
        value = address.ToString();
        return true;
    }

    private static SectionShape<(string Url, TimeSpan Cache)> Http =>
        new SectionShape<(string Url, TimeSpan Cache)>(
            "A service that knows the recipients.", () => (string.Empty, new RecipientOptions().Cache))
            .Required("url", Scalars.Url, (http, value) => (value, http.Cache), "http or https")
            .Key("cache", Scalars.Duration(TimeSpan.Zero), (http, value) => (http.Url, value), "How long an answer is cached.", "5m");
}
