using System.Collections;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Text;
using InboundBridge.UnitTests.Host.Api;

namespace InboundBridge.UnitTests.Host.Setup.Reloading;

/// <summary>
/// What an appliance's parts hold at this moment, as text: not the configuration that was read, but what sessions, deliveries, look-ups and
/// requests go by. Fields of our own types are followed, whoever declared them; of others only the value counts.
/// </summary>
internal sealed class InForce
{
    private const int Deepest = 12;

    private readonly StringBuilder _text = new();
    private readonly HashSet<object> _seen;

    private InForce(HashSet<object> seen) => _seen = seen;

    public static string Of(ApiFixture api)
    {
        var core = api.Core;
        var dump = new InForce(new HashSet<object>(ReferenceEqualityComparer.Instance));
        dump.Add("sessions", core.Smtp.Connections.Options);
        dump.Add("rates", core.Smtp.Connections.Rates);
        dump.Add("certificates", core.Smtp.Certificates.Options);
        dump.Add("chosen", string.Join(' ', core.Smtp.Certificates.Current.Entries.Select(entry => entry.File)));
        dump.Add("clients", core.Smtp.Certificates.Current.ClientPolicy()?.CustomTrustStore.Count);
        dump.Add("acme", core.Acme.Renewal.Options);
        dump.Add("resolver", core.Delivery.Resolver.Options);
        dump.Add("spool", core.Spool.Spool.Options);
        dump.Add("workers", core.Delivery.Queue.Workers);
        dump.Add("bounces", core.Delivery.Bounces.Options);
        dump.Add("http", core.Http.Access.Options);
        dump.Add("connections", core.Http.Connections.Limits);
        dump.Add("mta-sts", core.Current.Setup.Options.MtaSts?.Text());
        dump.Add("reports", core.Delivery.TlsReports.Options);
        dump.Add("notify", core.Notices.Rounds.Options);
        dump.Add("links", core.Delivery.Links.RawMail("01"));
        dump.Add("payload", core.Delivery.Webhooks.Mime);
        dump.Add("users", core.Smtp.Users);
        dump.Add("log", api.Output.Options);
        foreach (var name in core.Operations.Names.Configured)
            dump.Add($"destination {name}", core.Delivery.Targets.InForce(name));
        dump.Add("rules may be empty", core.Current.Setup.Options.Rules.AllowEmpty);
        dump.Add("policy", core.Reception.Services.CurrentPolicy);
        return dump._text.ToString();
    }

    private void Add(string name, object? value) => Write(name, value, 0);

    private void Write(string name, object? value, int depth)
    {
        _text.Append(' ', depth).Append(name).Append(": ");
        switch (value)
        {
            case null or Delegate or TimeProvider or HttpMessageInvoker:
                _text.Append(value is null ? "null" : "-").Append('\n');
                break;
            case string or IPAddress or EndPoint or Uri or Enum or IPNetwork:
                _text.Append(value).Append('\n');
                break;
            case IEnumerable items:
                _text.Append('\n');
                // The order of a dictionary is nobody's promise.
                foreach (var line in items.Cast<object?>().Select(item => new InForce(_seen).TextOf(item, depth + 1))
                    .Order(StringComparer.Ordinal))
                    _text.Append(line);
                break;
            case IConvertible or TimeSpan or DateTimeOffset:
                _text.Append(Convert.ToString(value, CultureInfo.InvariantCulture)).Append('\n');
                break;
            default:
                WriteObject(value, depth);
                break;
        }
    }

    private string TextOf(object? value, int depth)
    {
        Write("-", value, depth);
        return _text.ToString();
    }

    private void WriteObject(object value, int depth)
    {
        var type = value.GetType();
        var isOurs = type.Assembly.GetName().Name!.StartsWith("InboundBridge", StringComparison.OrdinalIgnoreCase)
            || type.FullName!.StartsWith("System.ValueTuple", StringComparison.Ordinal)
            || type.FullName.StartsWith("System.Collections.Generic.KeyValuePair", StringComparison.Ordinal);
        if (!isOurs || depth > Deepest || (!type.IsValueType && !_seen.Add(value)))
        {
            _text.Append(isOurs || type.FullName!.StartsWith("System.Threading", StringComparison.Ordinal) ? "-" : value.ToString())
                .Append('\n');
            return;
        }
        _text.Append(type.Name).Append('\n');
        for (var declaring = type; declaring is not null && declaring != typeof(object); declaring = declaring.BaseType)
        {
            foreach (var field in declaring.GetFields(
                BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                // Counters, and the name of the configuration itself, which changes with everything.
                if (!field.Name.Contains("Version", StringComparison.OrdinalIgnoreCase)
                    && !field.Name.Contains("hits", StringComparison.OrdinalIgnoreCase))
                    Write(field.Name, field.GetValue(value), depth + 1);
            }
        }
    }
}
