using InboundBridge.Configuration;

namespace InboundBridge.UnitTests.Host.Configuration;

/// <summary>The defaults in force: those of keys that are not set, and not of sections that are off.</summary>
public sealed class ConfigurationDefaultsTests
{
    [Fact]
    public void What_is_set_is_no_default()
    {
        var defaults = ConfigurationDefaults.Of("smtp: { limits: { message_size: 10MB } }\nauthentication: { spf: enforce }\n")
            .ToDictionary(each => each.Key, each => each.Value, StringComparer.Ordinal);
        Assert.DoesNotContain("smtp.limits.message_size", defaults);
        Assert.DoesNotContain("authentication.spf", defaults);
        Assert.Equal("1000", defaults["smtp.limits.recipients"]);
        Assert.Equal("on", defaults["authentication.dkim"]);
        Assert.Equal("3d", defaults["spool.retain.delivered"]);
        Assert.DoesNotContain(defaults.Keys, key => key.StartsWith("scanners.clamav", StringComparison.Ordinal));
    }

    [Fact]
    public void Destinations_and_optional_sections_count_where_they_are_written()
    {
        var keys = ConfigurationDefaults.Of(
            "destinations: { hook: { webhook: { url: \"http://x/\", timeout: 5s } } }\nscanners: { clamav: { address: \"unix:/x\" } }\n")
            .Select(each => each.Key).ToList();
        Assert.Contains("destinations.hook.webhook.concurrency", keys);
        Assert.DoesNotContain("destinations.hook.webhook.timeout", keys);
        Assert.Contains(keys, key => key.StartsWith("scanners.clamav.", StringComparison.Ordinal));
        Assert.All(ConfigurationDefaults.Of(string.Empty), each => Assert.NotEmpty(each.About));
    }
}
