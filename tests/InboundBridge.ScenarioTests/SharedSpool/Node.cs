using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.SharedSpool;

/// <summary>Nodes that share a database, and deliver everything to one webhook.</summary>
internal static class Node
{
    /// <summary>In the connection string; PostgreSQL trusts everybody here, and the password must appear nowhere.</summary>
    public const string Password = "hunter5";

    /// <param name="name">Also the name of the node's own directory.</param>
    /// <param name="more">More keys of the webhook, each with a comma at its end.</param>
    public static string Configuration(
        PeerFolder folder, Postgres postgres, WebhookReceiver receiver, string name, string more = "") => Configuration(
        folder, postgres.ConnectionText, ApplianceSetup.Webhook("app", receiver, more: more + ApplianceSetup.FastRetries), name);

    /// <param name="database">A connection string without a password.</param>
    /// <param name="destination">The line of a destination <c>app</c>.</param>
    public static string Configuration(PeerFolder folder, string database, string destination, string name) => ApplianceSetup
        .Write(folder, ApplianceSetup.Everything("webhook: app"), [destination])
        .Replace(
            "spool: { path: data,", $"spool: {{ path: {name}, postgres: \"{database};Password={Password}\",",
            StringComparison.Ordinal);

    /// <summary>Sends numbered mails over one connection. Each of them is accepted.</summary>
    public static async Task SendAsync(Appliance node, int from, int count)
    {
        await using var conversation = await SmtpConversation.OpenAsync(node.SmtpPort);
        for (var number = from; number < from + count; number++)
        {
            Assert.StartsWith(
                "250", await conversation.SendAsync(MailText.Numbered(number), "al@sender.test", "support@example.com"),
                StringComparison.Ordinal);
        }
    }
}
