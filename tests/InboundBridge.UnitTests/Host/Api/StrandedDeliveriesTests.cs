using System.Net;
using InboundBridge.MailFlow.Spool.Contract;
using InboundBridge.Setup.Reloading;
using InboundBridge.UnitTests.Host.Ui;
using InboundBridge.UnitTests.MailFlow.Spool;

namespace InboundBridge.UnitTests.Host.Api;

/// <summary>Mail that waits for a destination which a reload renames.</summary>
public class StrandedDeliveriesTests
{
    private const string Missing = "destination 'hook', which is not configured";

    [Fact]
    public async Task A_reload_warns_of_mail_that_waits_for_a_destination_it_removes()
    {
        await using var api = await ApiFixture.CreateAsync();
        await api.SubmitAsync("One");
        await api.SubmitAsync("Two");
        var outcome = await RenameAsync(api);
        Assert.False(outcome.Problems.HasErrors);
        var warning = Assert.Single(outcome.Problems.Items, problem => problem.Text.Contains(Missing, StringComparison.Ordinal));
        Assert.True(warning.IsWarning);
        Assert.StartsWith("2 deliveries wait for ", warning.Text, StringComparison.Ordinal);
        Assert.Contains("deliveries cancel --destination hook", warning.Hint, StringComparison.Ordinal);
        Assert.Contains(api.Log.All, line => line.Event == 2203 && line.Text.Contains(Missing, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_overview_lists_it_until_it_is_cancelled()
    {
        const string Listed = "2 deliveries wait for " + Missing + ": they are not attempted.";
        await using var api = await ApiFixture.CreateAsync();
        await api.SubmitAsync("One");
        await api.SubmitAsync("Two");
        var browser = new UiBrowser(api);
        Assert.DoesNotContain(Missing, await ReadAsync(), StringComparison.Ordinal);
        await RenameAsync(api);
        Assert.Contains(Listed, await ReadAsync(), StringComparison.Ordinal);
        Assert.Contains("href=\"/ui/deliveries?destination=hook\"", browser.Text, StringComparison.Ordinal);
        await api.AskAsync("POST /api/v1/deliveries/cancel?destination=hook");
        Assert.DoesNotContain(Listed, await ReadAsync(), StringComparison.Ordinal);

        async Task<string> ReadAsync() => WebUtility.HtmlDecode(await browser.ReadAsync("/ui"));
    }

    [Fact]
    public async Task A_reload_that_keeps_the_name_warns_of_nothing()
    {
        await using var api = await ApiFixture.CreateAsync();
        await api.SubmitAsync("One");
        var outcome = await api.ReloadAsync("log.level=debug");
        Assert.DoesNotContain(outcome.Problems.Items, problem => problem.Text.Contains("not configured", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_retry_says_that_the_destination_is_not_configured()
    {
        await using var api = await ApiFixture.CreateAsync();
        var message = await api.SubmitAsync("One");
        await RenameAsync(api);
        var id = (await api.AskAsync("GET /api/v1/deliveries?destination=hook"))
            .GetProperty("items")[0].GetProperty("id").GetString();
        var refused = await api.AskAsync($"POST /api/v1/deliveries/{id}/retry", HttpStatusCode.Conflict);
        Assert.StartsWith("its destination 'hook' is not configured", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Contains($"messages replay {message} --to", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        refused = await api.AskAsync("POST /api/v1/deliveries/retry?destination=hook", HttpStatusCode.BadRequest);
        Assert.Contains("'hook' is not configured", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await api.AskAsync("POST /api/v1/deliveries/retry?state=pending")).GetProperty("changed").GetInt32());
        Assert.Equal(1, (await api.AskAsync("POST /api/v1/deliveries/cancel?destination=hook")).GetProperty("changed").GetInt32());
    }

    [Fact]
    public async Task A_release_needs_a_destination_that_is_configured()
    {
        await using var api = await ApiFixture.CreateAsync();
        var now = api.Clock.GetUtcNow();
        await using (var staged = await SampleMail.StageAsync(api.Spool, "m1", [1, 2, 3]))
        {
            var held = SampleMail.Delivery("d1", "m1", now, "hook") with
            {
                State = DeliveryState.Held,
                HoldReason = "look",
                OptionsJson = null,
            };
            await api.Spool.CommitAsync(staged, SampleMail.Message(staged, now), [held], NewClaims.None, CancellationToken.None);
        }
        await RenameAsync(api);
        var refused = await api.AskAsync("POST /api/v1/deliveries/d1/release", HttpStatusCode.Conflict);
        Assert.Contains("'hook' is not configured", refused.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, (await api.AskAsync("POST /api/v1/deliveries/d1/release?to=renamed")).GetProperty("changed").GetInt32());
    }

    private static Task<ReloadOutcome> RenameAsync(ApiFixture api)
    {
        foreach (var (file, old, name) in new[]
        {
            ("/work/inboundbridge.yaml", "  hook: {", "  renamed: {"), ("/work/rules/a.yaml", "webhook: hook", "webhook: renamed"),
        })
            api.Files.Texts[file] = api.Files.Texts[file].Replace(old, name, StringComparison.Ordinal);
        return api.ReloadAsync();
    }
}
