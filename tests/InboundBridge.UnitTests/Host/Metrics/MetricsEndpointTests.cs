using InboundBridge.MailFlow.Metrics;
using InboundBridge.Metrics;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace InboundBridge.UnitTests.Host.Metrics;

public class MetricsEndpointTests
{
    [Theory]
    [InlineData("", "PrometheusText")]
    [InlineData("*/*", "PrometheusText")]
    [InlineData("text/plain;version=0.0.4", "PrometheusText")]
    [InlineData("application/openmetrics-text", "OpenMetricsText")]
    [InlineData(
        "application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2", "OpenMetricsText")]
    [InlineData("application/openmetrics-text;q=0.2,text/plain;q=0.9", "PrometheusText")]
    [InlineData("application/openmetrics-text;q=0", "PrometheusText")]
    [InlineData("application/openmetrics-text;version=2.0.0,text/plain;q=0.1", "PrometheusText")]
    public void The_format_is_the_one_that_the_scraper_prefers(string accept, string expected) =>
        Assert.Equal(expected, MetricsEndpoint.Negotiate(accept.Length == 0 ? [] : MediaTypeHeaderValue.ParseList([accept])).ToString());

    [Fact]
    public async Task The_answer_names_its_format()
    {
        var registry = new MetricRegistry();
        var configuration = new ConfigurationMetrics(registry, "1.2.3");
        configuration.ConfigurationIs("abc");
        var context = new DefaultHttpContext();
        var body = new MemoryStream();
        context.Response.Body = body;
        await new MetricsEndpoint(registry).AnswerAsync(context);
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", context.Response.ContentType);
        Assert.Equal(body.Length, context.Response.ContentLength);
        var text = System.Text.Encoding.UTF8.GetString(body.ToArray());
        Assert.Contains("inboundbridge_build_info{version=\"1.2.3\"} 1\n", text, StringComparison.Ordinal);
        Assert.Contains("inboundbridge_config_version_info{version=\"abc\"} 1\n", text, StringComparison.Ordinal);
    }
}
