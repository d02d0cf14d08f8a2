using InboundBridge.Acme.Protocol;
using InboundBridge.Acme.Renewal;

namespace InboundBridge.UnitTests.Host.Acme.Renewal;

public sealed class RetryDelayTests
{
    [Theory]
    [InlineData(1, false, null, 5, 6)]
    [InlineData(2, false, null, 15, 18)]
    [InlineData(3, false, null, 60, 72)]
    [InlineData(100, false, null, 720, 864)]
    [InlineData(1, true, null, 180, 216)]
    [InlineData(1, true, 60, 60, 72)]
    [InlineData(1, false, 600, 600, 720)]
    [InlineData(6, true, 60, 720, 864)]
    [InlineData(1, true, 1_000_000, 2880, 3456)]
    [InlineData(1, true, -60, 5, 6)]
    public void It_grows_keeps_to_what_the_authority_says_and_has_a_bound(
        int failures, bool isLimit, int? retryAfterMinutes, int least, int most)
    {
        var cause = new AcmeException("x")
        {
            IsRateLimit = isLimit,
            RetryAfter = retryAfterMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null,
        };
        for (var seed = 0; seed < 20; seed++)
        {
            var wait = RetryDelay.After(failures, cause, new AcmeLimits(), new Random(seed));
            Assert.InRange(wait, TimeSpan.FromMinutes(least), TimeSpan.FromMinutes(most));
        }
    }
}
