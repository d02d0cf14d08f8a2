using System.Text.Json;
using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Queue.Asking;

/// <summary>
/// Which destinations are asked before a mail is accepted. Looked up for every mail, so it takes no lock and allocates nothing.
/// </summary>
public sealed class AskTable(IEnumerable<DestinationOptions> destinations)
{
    private const string ModeOption = "mode";

    private readonly Dictionary<string, AskOptions> _askable = destinations.Where(destination => destination.Ask is not null)
        .ToDictionary(destination => destination.Name, destination => destination.Ask!, StringComparer.Ordinal);

    public static AskTable Empty { get; } = new([]);

    /// <summary>Null: the delivery goes to the queue at once.</summary>
    public AskOptions? Find(SpooledDelivery delivery)
    {
        if (delivery.State != DeliveryState.Pending || !_askable.TryGetValue(delivery.Destination, out var ask))
            return null;
        return (delivery.OptionsJson is { } json ? ModeIn(json) : null) ?? ask.IsUsual ? ask : null;
    }

    /// <summary>What a rule says for its deliveries; null where it leaves the mode as it is.</summary>
    private static bool? ModeIn(string json)
    {
        if (!json.Contains(ModeOption, StringComparison.Ordinal))
            return null;
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(ModeOption, out var mode)
                && mode.ValueKind == JsonValueKind.String ? mode.ValueEquals("sync") : null;
        }
        catch (JsonException)
        {
            // Options that can't be read: the attempt says so.
            return null;
        }
    }
}
