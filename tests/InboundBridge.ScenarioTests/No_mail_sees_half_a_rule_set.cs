using System.Net;
using System.Text.Json;
using InboundBridge.ScenarioTests.Peers;

namespace InboundBridge.ScenarioTests;

/// <summary>Rule sets of two files are replaced again and again while mail comes in on several connections.</summary>
public sealed class No_mail_sees_half_a_rule_set : IDisposable
{
    private const int Connections = 4;
    private const int Swaps = 12;

    /// <summary>Messages between two replacements, however slow the machine is.</summary>
    private const int MailsBetween = 4;

    private readonly PeerFolder _folder = new();
    private int _sent;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_mail_is_decided_whole_by_the_set_whose_version_it_carries()
    {
        await using var receiver = await WebhookReceiver.StartAsync(_folder);
        WriteSet("a");
        WriteSet("b");
        var template = ApplianceSetup.Write(_folder, "rules: []\n", [ApplianceSetup.Webhook("app", receiver)]);
        await using var appliance = await Appliance.StartAsync(_folder, With(template, "a"));
        var versions = new Dictionary<string, string> { [await VersionAsync(appliance)] = "a" };

        using var done = new CancellationTokenSource();
        var senders = Enumerable.Range(0, Connections).Select(number => SendAsync(appliance.SmtpPort, done.Token)).ToList();
        for (var swap = 1; swap <= Swaps; swap++)
        {
            var set = swap % 2 == 0 ? "a" : "b";
            Replace(appliance, With(template, set));
            using var answer = await appliance.PostAsync("/api/v1/reload");
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            versions[(await JsonAsync(answer)).GetProperty("version").GetString()!] = set;
            var before = Volatile.Read(ref _sent);
            await Deadline.Usual.UntilAsync(() => Volatile.Read(ref _sent) >= before + MailsBetween
                || senders.Exists(sender => sender.IsCompleted), "mails between the swaps", () => appliance.Log);
        }

        // With a broken file the old rules stay in force, and log and API say why.
        var stays = await VersionAsync(appliance);
        await File.WriteAllTextAsync(_folder["broken/1.yaml"], "rules: [{ name: broken, when: { recipeint: x }, then: [discard] }]\n");
        Replace(appliance, With(template, "broken"));
        using var refused = await appliance.PostAsync("/api/v1/reload");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("recipeint", (await JsonAsync(refused)).GetProperty("problems").EnumerateArray().Select(problem =>
            problem.GetString()).Single(text => text!.Contains("1.yaml:1:", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal(stays, await VersionAsync(appliance));
        Assert.True(await appliance.MetricAsync("inboundbridge_config_reloads_total", "outcome=\"refused\"") >= 1);
        await appliance.LoggedAsync("recipeint");

        await done.CancelAsync();
        await Task.WhenAll(senders);
        var requests = await receiver.WaitForAsync(_sent, state: () => appliance.Log);
        var sets = new HashSet<string>();
        foreach (var data in requests.Select(request => request.Data))
        {
            var tags = data.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!).ToList();
            var set = versions[data.GetProperty("config_version").GetString()!];
            Assert.Equal([$"{set}1", $"{set}2"], tags);
            Assert.Equal($"last of {set}", data.GetProperty("rule").GetString());
            sets.Add(set);
        }
        Assert.Equal(2, sets.Count);
        TestContext.Current.TestOutputHelper?.WriteLine($"{_sent} mails, {Swaps} swaps");
    }

    private async Task SendAsync(int port, CancellationToken done)
    {
        await using var conversation = await SmtpConversation.OpenAsync(port);
        while (!done.IsCancellationRequested)
        {
            Assert.StartsWith("250", await conversation.SendAsync(
                MailText.Numbered(1), "al@sender.test", "support@example.com"), StringComparison.Ordinal);
            Interlocked.Increment(ref _sent);
        }
    }

    private static string With(string template, string set) => template.Replace("path: rules", $"path: {set}", StringComparison.Ordinal);

    /// <summary>Replaces a file atomically, as a careful deployment does, so that half a file is never read.</summary>
    private void Replace(Appliance appliance, string configuration)
    {
        var draft = _folder["next.draft"];
        File.WriteAllText(draft, configuration.Replace(Appliance.SmtpAddress, $"127.0.0.1:{appliance.SmtpPort}", StringComparison.Ordinal)
            .Replace(Appliance.HttpAddress, $"127.0.0.1:{appliance.HttpPort}", StringComparison.Ordinal));
        File.Move(draft, appliance.ConfigurationFile, overwrite: true);
    }

    private void WriteSet(string set)
    {
        _folder.CreateFolder("broken");
        var folder = _folder.CreateFolder(set);
        File.WriteAllText(Path.Combine(folder, "1.yaml"), $"rules: [{{ name: first of {set}, then: [ tag: {set}1 ] }}]\n");
        File.WriteAllText(Path.Combine(folder, "2.yaml"), $"rules: [{{ name: last of {set}, then: [ tag: {set}2, webhook: app ] }}]\n");
    }

    private static async Task<string> VersionAsync(Appliance appliance) =>
        (await appliance.GetJsonAsync("/api/v1/stats")).GetProperty("config_version").GetString()!;

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer) =>
        JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
}
