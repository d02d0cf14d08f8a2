using System.Globalization;
using InboundBridge.MailFlow.Dns;
using InboundBridge.Yaml;

namespace InboundBridge.UnitTests.MailFlow.Dns;

/// <summary>
/// Zones as the public suites write them: <c>{name: [{TYPE: value} | TIMEOUT]}</c>, or <c>{name: text | {error: SERVFAIL}}</c>. Zones in
/// JSON are read through <see cref="YamlJson.FromJson"/>, or as text, since JSON is YAML.
/// </summary>
internal static class ZoneFile
{
    public static ZoneResolver Read(YamlMapping zone, TimeProvider? clock = null)
    {
        var resolver = new ZoneResolver(clock);
        foreach (var entry in zone.Entries)
        {
            var items = YamlShape.Items(entry.Value);
            resolver.Empty(entry.Key.Value);
            var hasText = items.OfType<YamlMapping>().Any(item => item["TXT"] is not null);
            foreach (var item in items)
                Add(resolver, entry.Key.Value, item, hasText);
        }
        return resolver;
    }

    private static void Add(ZoneResolver resolver, string name, YamlNode item, bool hasText)
    {
        if (item is YamlScalar { Value: "TIMEOUT" })
            resolver.Failing(name, DnsStatus.Timeout);
        else if (item is YamlScalar text)
            resolver.Txt(name, text.Value);
        else
        {
            foreach (var entry in ((YamlMapping)item).Entries)
                Add(resolver, name, entry.Key.Value, entry.Value, hasText);
        }
    }

    private static void Add(ZoneResolver resolver, string name, string type, YamlNode value, bool hasText)
    {
        switch (type)
        {
            case "A" or "AAAA":
                resolver.Address(name, Text(value));
                break;
            case "CNAME":
                resolver.Alias(name, Text(value));
                break;
            case "PTR":
                resolver.Target(name, DnsRecordType.Ptr, Text(value));
                break;
            case "MX" when value is YamlSequence { Items: [var preference, var host] }:
                resolver.Mx(name, int.Parse(Text(preference), CultureInfo.InvariantCulture), Text(host));
                break;
            case "MX" when value is YamlMapping mx:
                resolver.Mx(name, int.Parse(Text(mx["priority"]!), CultureInfo.InvariantCulture), Text(mx["exchange"]!));
                break;
            case "TXT" when value is YamlScalar { Value: "NONE" }:
                break;
            case "TXT":
                resolver.Txt(name, Text(value));
                break;
            case "SPF":
                // Record type 99 is historic (RFC 7208 §3.1): the suite means the same text as a TXT record.
                if (!hasText)
                    resolver.Txt(name, Text(value));
                break;
            case "error":
                if (Text(value) != "NXDOMAIN")
                    resolver.Failing(name);
                break;
            default:
                throw new InvalidDataException($"{name} has a record of type {type}");
        }
    }

    /// <summary>The strings of a TXT record are joined without a separator.</summary>
    private static string Text(YamlNode value) =>
        string.Concat(YamlShape.Items(value).Select(item => ((YamlScalar)item).Value));
}
