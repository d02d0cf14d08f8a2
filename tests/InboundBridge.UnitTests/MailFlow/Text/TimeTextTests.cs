using InboundBridge.MailFlow.Text;

namespace InboundBridge.UnitTests.MailFlow.Text;

public class TimeTextTests
{
    [Theory]
    [InlineData("2026-01-02T03:04:05.6789999+00:00", "2026-01-02T03:04:05.678Z")]
    [InlineData("2026-01-01T00:30:00+02:00", "2025-12-31T22:30:00.000Z")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z")]
    public void It_is_utc_and_cut_to_milliseconds(string time, string text) =>
        Assert.Equal(text, TimeText.Of(DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture)));
}
