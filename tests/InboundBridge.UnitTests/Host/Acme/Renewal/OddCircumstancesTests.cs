using InboundBridge.Acme.Renewal;

namespace InboundBridge.UnitTests.Host.Acme.Renewal;

/// <summary>
/// Clocks that jump, disks that fill up, and an authority that answers nonsense: the renewal goes on, and the old one serves.
/// </summary>
public sealed class OddCircumstancesTests : IDisposable
{
    private readonly AcmeCase _case = new();

    public void Dispose() => _case.Dispose();

    [Fact]
    public async Task A_pause_that_a_wrong_clock_has_written_is_not_waited_for()
    {
        _case.Folder.WritePause(_case.Options.Directory, _case.Clock.GetUtcNow().AddYears(10));
        await using var renewal = _case.Renewal();
        await StepAsync(renewal);
        Assert.Equal(1, _case.Authority.Issued);
    }

    [Fact]
    public async Task A_clock_that_is_put_back_delays_the_next_attempt_by_the_longest_wait_at_most()
    {
        _case.Clock.Advance(TimeSpan.FromDays(3650));
        await using var renewal = _case.Renewal();
        _case.Authority.Intercept = _ => FakeAuthority.Answer(503, "busy", "text/plain");
        await StepAsync(renewal);
        _case.Authority.Intercept = _ => null;
        _case.Clock.AdjustTime(FakeTime.Start);
        await StepAsync(renewal);
        Assert.Equal(1, _case.Authority.Issued);
    }

    [Fact]
    public async Task A_clock_that_jumps_while_the_authority_answers_does_not_end_the_loop()
    {
        await using var renewal = _case.Renewal();
        await StepAsync(renewal);
        _case.Clock.Advance(TimeSpan.FromHours(2));
        _case.Authority.Intercept = _ =>
        {
            _case.Clock.Advance(TimeSpan.FromDays(2));
            return null;
        };
        Assert.Equal(TimeSpan.Zero, await StepAsync(renewal));
    }

    [Fact]
    public async Task A_full_disk_leaves_the_old_one_in_use_and_the_issued_one_is_fetched_again()
    {
        await using var renewal = _case.Renewal();
        await StepAsync(renewal);
        var (shown, stored) = (Shown(), _case.Folder.ReadCertificate()!.Pem);
        _case.Clock.Advance(TimeSpan.FromDays(61));
        // The file that is written beside the old one can't be made.
        var obstacle = Directory.CreateDirectory($"{_case.Folder.CertificateFile}.new");
        var wait = await StepAsync(renewal);
        Assert.Equal((shown, stored), (Shown(), _case.Folder.ReadCertificate()!.Pem));
        obstacle.Delete();
        _case.Clock.Advance(wait);
        await StepAsync(renewal);
        Assert.NotEqual(shown, Shown());
        Assert.Equal((2, 2), (_case.Authority.Issued, _case.Authority.OrderPayloads.Count));
    }

    [Theory]
    [InlineData("""{ "suggestedWindow": { "start": "\ud800", "end": "2026-02-01T00:00:00Z" } }""")]
    [InlineData("""{ "suggestedWindow": { "start": "0001-01-01T00:00:00+14:00", "end": "9999-12-31T23:59:59-14:00" } }""")]
    [InlineData("""{ "suggestedWindow": { "start": "9999-12-31T23:59:58Z", "end": "9999-12-31T23:59:59Z" } }""")]
    [InlineData("""{ "suggestedWindow": [] }""")]
    [InlineData("""[]""")]
    public async Task A_window_that_is_nonsense_delays_no_renewal_and_fails_nothing(string window)
    {
        _case.Authority.Window = (_case.Clock.GetUtcNow().AddDays(50), _case.Clock.GetUtcNow().AddDays(55));
        _case.Authority.Intercept = request => request.RequestUri!.AbsolutePath.StartsWith("/renewal/", StringComparison.Ordinal)
            ? FakeAuthority.Answer(200, window, "application/json") : null;
        await using var renewal = _case.Renewal();
        await StepAsync(renewal);
        _case.Clock.Advance(TimeSpan.FromHours(2));
        Assert.True(await StepAsync(renewal) > TimeSpan.Zero);
        _case.Clock.Advance(TimeSpan.FromDays(82));
        await StepAsync(renewal);
        Assert.Equal(2, _case.Authority.Issued);
        Assert.DoesNotContain(_case.Lines.All, line => line.Text.Contains("no new certificate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_damaged_key_of_the_account_is_named_and_never_replaced()
    {
        _case.Folder.WriteAccount(_case.Options.Directory, "garbage");
        await using var renewal = _case.Renewal();
        await StepAsync(renewal);
        var line = Assert.Single(_case.Lines.All, line => line.Text.Contains("no new certificate", StringComparison.Ordinal)).Text;
        Assert.Contains(_case.Folder.AccountFile(_case.Options.Directory), line, StringComparison.Ordinal);
        Assert.Contains("delete it", line, StringComparison.Ordinal);
        Assert.Equal("garbage", _case.Folder.ReadAccount(_case.Options.Directory)!.Trim());
    }

    private static Task<TimeSpan> StepAsync(AcmeRenewal renewal) => renewal.StepAsync(CancellationToken.None);

    private string Shown() => _case.Store.OptionsFor(null).ServerCertificateContext!.TargetCertificate.Thumbprint;
}
