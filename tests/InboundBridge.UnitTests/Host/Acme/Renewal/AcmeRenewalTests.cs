using InboundBridge.Acme.Renewal;
using InboundBridge.Configuration.Options;

namespace InboundBridge.UnitTests.Host.Acme.Renewal;

/// <summary>The certificate over months, restarts and failures, on a fake clock.</summary>
public sealed class AcmeRenewalTests : IDisposable
{
    private const int InUse = 2403;
    private const int Failed = 2405;

    private readonly AcmeCase _case = new();

    public void Dispose() => _case.Dispose();

    [Fact]
    public async Task The_first_certificate_is_in_use_at_once_and_renewed_in_time()
    {
        await using var renewal = _case.Renewal();
        var changes = 0;
        _case.Store.Changed = () => changes++;
        Assert.True(_case.Store.IsEmpty);
        await StepAsync(renewal);
        Assert.Equal((1, 1), (_case.Authority.Issued, changes));
        var first = Shown();
        // Nothing to do, and a question every six hours.
        Assert.Equal(TimeSpan.FromHours(1), Rounded(await StepAsync(renewal)));
        _case.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TimeSpan.FromHours(6), Rounded(await StepAsync(renewal)));
        _case.Clock.Advance(TimeSpan.FromDays(50));
        await StepAsync(renewal);
        Assert.Equal(first, Shown());
        _case.Clock.Advance(TimeSpan.FromDays(10));
        await StepAsync(renewal);
        Assert.Equal((2, 2), (_case.Authority.Issued, changes));
        Assert.NotEqual(first, Shown());
        Assert.Equal(1, _case.Authority.Accounts);
    }

    [Fact]
    public async Task A_restart_uses_what_is_on_disk_and_orders_nothing()
    {
        await using (var before = _case.Renewal())
            await StepAsync(before);
        var shown = Shown();
        await using var renewal = _case.Renewal();
        Assert.Equal(shown, Shown());
        await StepAsync(renewal);
        Assert.Equal(1, _case.Authority.Issued);
    }

    [Fact]
    public async Task A_failed_renewal_leaves_the_old_one_in_use_and_waits_longer_each_time()
    {
        await using var renewal = _case.Renewal();
        await StepAsync(renewal);
        var shown = Shown();
        _case.Clock.Advance(TimeSpan.FromDays(61));
        _case.Authority.Intercept = _ => FakeAuthority.Answer(503, "busy", "text/plain");
        var waits = new List<TimeSpan>();
        var told = new List<string>();
        renewal.Failed = (names, problem) => told.Add($"{names}: {problem}");
        for (var attempt = 0; attempt < 4; attempt++)
        {
            waits.Add(await StepAsync(renewal));
            // Too early: nothing is asked.
            var requests = _case.Authority.Requests.Count;
            _case.Clock.Advance(TimeSpan.FromMinutes(1));
            await StepAsync(renewal);
            Assert.Equal(requests, _case.Authority.Requests.Count);
            _case.Clock.Advance(waits[^1]);
        }
        Assert.Equal(waits.Order(), waits);
        Assert.Equal((4, shown), (_case.Lines.Count(Failed), Shown()));
        // Not of the first failure: the authority may be busy for a moment.
        Assert.Equal(3, told.Count);
        Assert.All(told, problem => Assert.Contains("503", problem, StringComparison.Ordinal));
        // The operator has removed the cause, and a reload says so.
        _case.Authority.Intercept = _ => null;
        await StepAsync(renewal);
        renewal.Replace(_case.Options);
        await StepAsync(renewal);
        Assert.NotEqual(shown, Shown());
    }

    [Fact]
    public async Task A_rate_limit_outlasts_restarts_and_reloads()
    {
        _case.Authority.Intercept = request =>
        {
            if (request.RequestUri!.AbsolutePath != "/new-order")
                return null;
            var answer = FakeAuthority.Problem(429, "rateLimited", "too many certificates");
            answer.Headers.TryAddWithoutValidation("Retry-After", "36000");
            return answer;
        };
        await using (var before = _case.Renewal())
            Assert.InRange(await StepAsync(before), TimeSpan.FromHours(10), TimeSpan.FromHours(12));
        var asked = _case.Authority.CountOf("POST /new-order");
        await using var renewal = _case.Renewal();
        Assert.InRange(await StepAsync(renewal), TimeSpan.FromHours(9), TimeSpan.FromHours(12));
        renewal.Replace(_case.Options);
        await StepAsync(renewal);
        Assert.Equal(asked, _case.Authority.CountOf("POST /new-order"));
        _case.Clock.Advance(TimeSpan.FromHours(12));
        _case.Authority.Intercept = _ => null;
        await StepAsync(renewal);
        Assert.Equal(1, _case.Authority.Issued);
    }

    [Fact]
    public async Task The_authority_can_ask_for_an_early_renewal()
    {
        _case.Authority.Window = (_case.Clock.GetUtcNow().AddDays(50), _case.Clock.GetUtcNow().AddDays(55));
        await using var renewal = _case.Renewal();
        await StepAsync(renewal);
        Assert.False(_case.Authority.OrderPayloads[0].TryGetProperty("replaces", out _));
        _case.Clock.Advance(TimeSpan.FromHours(2));
        await StepAsync(renewal);
        Assert.Equal(1, _case.Authority.Issued);
        // Such as before it revokes.
        _case.Authority.Window = (_case.Clock.GetUtcNow().AddDays(-2), _case.Clock.GetUtcNow().AddDays(-1));
        _case.Clock.Advance(TimeSpan.FromHours(7));
        await StepAsync(renewal);
        Assert.Equal(2, _case.Authority.Issued);
        Assert.Matches(@"^[\w-]+\.[\w-]+$", _case.Authority.OrderPayloads[1].GetProperty("replaces").GetString());
    }

    [Fact]
    public async Task An_authority_that_takes_no_replacement_gets_an_order_without()
    {
        _case.Authority.Window = (_case.Clock.GetUtcNow().AddDays(-2), _case.Clock.GetUtcNow().AddDays(-1));
        await using var renewal = _case.Renewal();
        await StepAsync(renewal);
        var refused = 0;
        _case.Authority.Intercept = request => request.RequestUri!.AbsolutePath == "/new-order" && refused++ == 0
            ? FakeAuthority.Problem(409, "alreadyReplaced", "it has been replaced") : null;
        _case.Clock.Advance(TimeSpan.FromHours(2));
        await StepAsync(renewal);
        Assert.Equal((2, 2), (_case.Authority.Issued, refused));
    }

    [Fact]
    public async Task Other_names_or_another_directory_get_a_new_certificate_and_the_old_one_serves_until_then()
    {
        await using var renewal = _case.Renewal();
        await StepAsync(renewal);
        var shown = Shown();
        var next = _case.Options with { Names = ["mx.example.com"] };
        renewal.Replace(next);
        Assert.Equal(shown, Shown());
        await StepAsync(renewal);
        Assert.Equal(["mx.example.com"], _case.Store.Current.Entries[0].Names);
    }

    [Fact]
    public async Task Without_the_key_the_certificate_goes_and_with_it_again_it_is_back()
    {
        await using var renewal = _case.Renewal();
        await StepAsync(renewal);
        var shown = Shown();
        renewal.Replace(null);
        Assert.True(_case.Store.IsEmpty);
        Assert.Equal(TimeSpan.FromDays(1), await StepAsync(renewal));
        renewal.Replace(_case.Options);
        Assert.Equal(shown, Shown());
    }

    [Fact]
    public async Task A_challenge_without_its_listener_waits_for_the_restart()
    {
        await using var renewal = _case.Renewal();
        renewal.Replace(_case.Options with { Challenge = AcmeChallengeKind.TlsAlpn01 });
        Assert.Equal(TimeSpan.FromDays(1), await StepAsync(renewal));
        Assert.Empty(_case.Authority.Requests);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public async Task A_damaged_file_is_replaced_by_a_new_certificate(string content)
    {
        Directory.CreateDirectory(_case.AcmePath);
        await File.WriteAllTextAsync(_case.Folder.CertificateFile, content, TestContext.Current.CancellationToken);
        await using var renewal = _case.Renewal();
        Assert.True(_case.Store.IsEmpty);
        await StepAsync(renewal);
        Assert.Equal((1, 1), (_case.Authority.Issued, _case.Lines.Count(InUse)));
    }

    [Fact]
    public async Task An_authority_with_a_wrong_clock_gets_no_order_a_second()
    {
        _case.Authority.Window = (_case.Clock.GetUtcNow().AddDays(-2), _case.Clock.GetUtcNow().AddDays(-1));
        await using var renewal = _case.Renewal();
        await StepAsync(renewal);
        for (var minute = 0; minute < 59; minute++)
        {
            _case.Clock.Advance(TimeSpan.FromMinutes(1));
            await StepAsync(renewal);
        }
        Assert.Equal(1, _case.Authority.Issued);
    }

    [Fact]
    public async Task The_loop_ends_with_the_appliance_and_wakes_for_a_reload()
    {
        var renewal = _case.Renewal();
        renewal.Start();
        await _case.Lines.NextAsync(InUse);
        renewal.Replace(_case.Options with { Names = ["mx2.example.com"] });
        _case.Clock.Advance(TimeSpan.FromHours(2));
        Assert.Contains("mx2.example.com", await _case.Lines.NextAsync(InUse), StringComparison.Ordinal);
        await renewal.DisposeAsync();
    }

    private static Task<TimeSpan> StepAsync(AcmeRenewal renewal) => renewal.StepAsync(CancellationToken.None);

    private static TimeSpan Rounded(TimeSpan time) => TimeSpan.FromMinutes(Math.Round(time.TotalMinutes));

    private string Shown() => _case.Store.OptionsFor(null).ServerCertificateContext!.TargetCertificate.Thumbprint;
}
