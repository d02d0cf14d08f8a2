using System.Text;
using System.Text.Json.Nodes;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Ui;

/// <summary>An appliance with mail in every state, for a browser to look at.</summary>
internal sealed class UiScenario : IAsyncDisposable
{
    private const string Rules = """
        rules:
          - name: no executables
            when: { attachment: { name: "*.exe" } }
            then: [reject: { code: 554, text: "Executable attachments are not accepted here" }]
          - name: support tickets
            when: { recipient: "support+{ticket}@example.com" }
            then: [tag: support, webhook: helpdesk]
          - name: newsletters
            when: { header: { List-Unsubscribe: { exists: true } } }
            then: [tag: news, hold: newsletter]
          - name: customers
            when: { recipient: "sales@example.com" }
            then: [webhook: crm-old]

        """;

    private readonly PeerFolder _folder;
    private readonly WebhookReceiver _receiver;

    private UiScenario(PeerFolder folder, WebhookReceiver receiver, Appliance appliance) =>
        (_folder, _receiver, Appliance) = (folder, receiver, appliance);

    public Appliance Appliance { get; }

    public string Address => Appliance.Url(string.Empty);

    /// <param name="destinations">Further ones.</param>
    public static async Task<UiScenario> StartAsync(string rules = Rules, IEnumerable<string>? destinations = null)
    {
        var folder = new PeerFolder();
        var receiver = await WebhookReceiver.StartAsync(folder, "helpdesk");
        var appliance = await Appliance.StartAsync(
            folder, ApplianceSetup.Write(
                folder, rules,
                [
                    ApplianceSetup.Webhook("helpdesk", receiver),
                    "crm-old: { webhook: { url: \"http://127.0.0.1:9/crm\", timeout: 2s, retry: { schedule: [1h], jitter: 0% } } }",
                    .. destinations ?? [],
                ]).Replace("rules: { path: rules }", "rules: { path: rules, default: hold }", StringComparison.Ordinal));
        return new UiScenario(folder, receiver, appliance);
    }

    /// <summary>Delivered, retrying, held and refused mail.</summary>
    public async Task FillAsync()
    {
        await using var conversation = await SmtpConversation.OpenAsync(Appliance.SmtpPort);
        foreach (var (to, subject, more, body) in new[]
        {
            ("support+42@example.com", "The printer is on fire", "", "It began after lunch.\n"),
            ("ann@example.com", "Autumn sale", "List-Unsubscribe: <https://shop.test/u>\nContent-Type: text/html\n",
                "<h1>Sale</h1><img src=https://shop.test/x.gif>\n"),
            ("sales@example.com", "An offer, please", "", "200 seats.\n"),
        })
        {
            var mail = Octets($"From: al@sender.test\nTo: {to}\nSubject: {subject}\n{more}\n{body}");
            Assert.StartsWith("250", await conversation.SendAsync(mail, "al@sender.test", to), StringComparison.Ordinal);
        }
        await conversation.SendAsync(
            Octets(
                "From: al@sender.test\nSubject: parcel\nContent-Type: application/x; name=a.exe\n"
                + "Content-Disposition: attachment; filename=a.exe\n\nMZ\n"),
            "al@sender.test", "ann@example.com");
        await Deadline.Usual.UntilAsync(
            async () => await Appliance.DeliveriesAsync("delivered") == 1 && await Appliance.DeliveriesAsync("retrying") == 1,
            "a mail delivered, another tried again", () => Appliance.Log);
    }

    /// <summary>The id of the newest message with this subject.</summary>
    public async Task<string> IdOfAsync(string subject) =>
        (await Appliance.GetJsonAsync($"/api/v1/messages?subject={Uri.EscapeDataString(subject)}")).GetProperty("items")[0]
            .GetProperty("id").GetString()!;

    public Task<BrowserReport> BrowseAsync(JsonObject mode, params IEnumerable<JsonObject> steps) =>
        Chromium.RunAsync(Address, mode, steps);

    public static byte[] Octets(string mail) => Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n"));

    public async ValueTask DisposeAsync()
    {
        await Appliance.DisposeAsync();
        await _receiver.DisposeAsync();
        _folder.Dispose();
    }
}
