using System.Text;
using System.Text.Json.Nodes;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests.Ui;

/// <summary>
/// 200 payloads (tests/testdata/ui/payloads.txt), each in several places: mail, addresses, calendar, reports, answers of a destination, the
/// reason of a pause, an open circuit, refused commands, rules. None runs, loads anything, opens a dialog or a window, breaks the policy or
/// widens a page.
/// </summary>
public sealed class Hostile_mail_does_nothing_in_a_browser
{
    /// <summary>A mail has 10 places, and begins this many payloads after the one before.</summary>
    private const int Step = 8;

    private static readonly string[] Views = ["", "?view=why", "?view=deliveries", "?view=sent", "?view=source"];

    private const string Rules = """
        rules:
          - name: "<script>globalThis.hostile=1</script>"
            when: { subject: "{what}" }
            then: [tag: "{what}", set: { said: "{what}" }, webhook: angry, webhook: shut]

        """;

    private static readonly string[] Payloads =
        File.ReadAllLines(Path.Combine(Checkout.Root, "tests/testdata/ui/payloads.txt"));

    [Fact]
    public async Task Wherever_it_is_shown()
    {
        Assert.True(Payloads.Length >= 200, $"{Payloads.Length} payloads");
        await using var receiver = new HostileReceiver(At);
        await using var scenario = await UiScenario.StartAsync(
            rules: Rules,
            destinations: [Refusing("angry", receiver, failures: 10_000), Refusing("shut", receiver, failures: 1)]);
        var count = await SendAllAsync(scenario);
        // The API takes 200 characters, none of which may be a control character.
        string text = new([.. $"{At(0)} {At(45)} {At(113)}".Where(letter => !char.IsControl(letter)).Take(200)]);
        using var reason = new StringContent(
            new JsonObject { ["reason"] = text }.ToJsonString(), Encoding.UTF8, "application/json");
        (await scenario.Appliance.PostAsync("/api/v1/destinations/helpdesk/pause", reason)).EnsureSuccessStatusCode();
        await Deadline.Usual.UntilAsync(
            async () => (await scenario.Appliance.GetJsonAsync("/api/v1/deliveries?destination=angry&state=retrying&limit=500"))
                .GetProperty("items").GetArrayLength() == count, "every mail tried", () => scenario.Appliance.Log);
        var items = (await scenario.Appliance.GetJsonAsync("/api/v1/messages?limit=500")).GetProperty("items");
        var ids = items.EnumerateArray().Select(item => item.GetProperty("id").GetString()!).ToList();
        Assert.Equal(count, ids.Count);
        IEnumerable<string> pages =
        [
            "/ui", "/ui/messages", "/ui/deliveries", "/ui/log", "/ui/rules", "/ui/destinations", "/ui/destinations/angry",
            "/ui/destinations/shut", "/ui/destinations/helpdesk", "/ui/messages/refused", "/ui/log?destination=shut", "/ui/configuration",
            $"/ui/log?text={Uri.EscapeDataString(At(0))}", $"/ui/messages?subject={Uri.EscapeDataString(At(45))}",
            .. ids.SelectMany(id => Views.Select(view => $"/ui/messages/{id}{view}")),
            .. ids.Take(3).SelectMany(id => new[]
            {
                $"/ui/playground?message={id}", $"/ui/messages/{id}/delete", $"/ui/messages/{id}/replay", $"/ui/messages/{id}/test",
                $"/ui/log?message={id}",
            }),
        ];
        var report = await scenario.BrowseAsync(
            new JsonObject { ["widths"] = new JsonArray(1280, 360) }, [.. pages.Select(Chromium.Go), .. Playground()]);
        report.AssertNoOffence();
    }

    /// <summary>Each in the text of a rule: as its name, and where it is a mistake.</summary>
    private static IEnumerable<JsonObject> Playground() => Enumerable.Range(0, 6).Select(index => new JsonObject
    {
        ["go"] = "/ui/playground",
        ["fill"] = new JsonObject
        {
            ["[name=rules]"] =
                $"rules:\n  - {{ name: {Quoted(At(index * 33))}, then: [ hold: {Quoted(At(index * 33 + 1))} ] }}\n"
                + (index % 2 == 0 ? string.Empty : $"  - {At(index * 33 + 2)}\n"),
            ["[name=helo]"] = At(index * 33 + 3),
        },
        ["click"] = "button:text-is('Try it')",
    });

    /// <summary>A JSON string is a YAML string too.</summary>
    private static string Quoted(string text) => JsonValue.Create(text).ToJsonString();

    /// <returns>How many.</returns>
    private static async Task<int> SendAllAsync(UiScenario scenario)
    {
        await using var conversation = await SmtpConversation.OpenAsync(scenario.Appliance.SmtpPort);
        var count = 0;
        for (var first = 0; first < Payloads.Length; first += Step, count++)
        {
            var local = Enumerable.Range(first, Step).Select(index => HostileMail.LocalPart(At(index)))
                .FirstOrDefault(part => part is not null);
            var mail = HostileMail.Of(index => At(first + index), count);
            var reply = await conversation.SendAsync(mail, $"{local ?? "al"}@sender.test", $"{local ?? "ann"}@example.com");
            Assert.StartsWith("250", reply, StringComparison.Ordinal);
        }
        foreach (var part in Payloads.Select(HostileMail.LocalPart).OfType<string>())
            await BeRefusedAsync(scenario, part);
        return count;
    }

    private static async Task BeRefusedAsync(UiScenario scenario, string localPart)
    {
        await using var conversation = await SmtpConversation.OpenAsync(scenario.Appliance.SmtpPort);
        var reply = await conversation.SendAsync([], $"{localPart}@sender.test", $"{localPart}@elsewhere.test");
        Assert.StartsWith("550", reply, StringComparison.Ordinal);
    }

    private static string Refusing(string name, HostileReceiver receiver, int failures) =>
        $"{name}: {{ webhook: {{ url: \"{receiver.Url}\", retry: {{ schedule: [1h] }}, circuit: {{ failures: {failures} }} }} }}";

    private static string At(int index) => Payloads[index % Payloads.Length];
}
