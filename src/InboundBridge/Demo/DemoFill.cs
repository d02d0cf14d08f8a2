using System.Text.Json;

namespace InboundBridge.Demo;

/// <summary>
/// Sends an hour of sample mail within seconds: all mails of a minute, then the clock is moved to the next minute. Each mail goes through
/// SMTP, checks, rules and delivery; only the time is not the real one.
/// </summary>
internal sealed class DemoFill(TextWriter output, DemoSender sender, DemoClock clock)
{
    /// <summary>Between two looks at the queue.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Looks before the clock is moved all the same: a delivery that takes longer only shows a longer time.</summary>
    private const int MostLooks = 200;

    /// <param name="api">The address of the appliance's API.</param>
    public async Task RunAsync(string api, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri(api) };
        var (accepted, refused) = (0, 0);
        for (var minute = 0; minute < DemoHour.Minutes; minute++)
        {
            foreach (var mail in DemoHour.At(minute, clock.GetUtcNow()))
            {
                if ((await sender.SendAsync(mail, cancellationToken)).IsPositive)
                    accepted++;
                else
                    refused++;
            }
            await DeliveredAsync(http, cancellationToken);
            clock.Advance(TimeSpan.FromMinutes(1));
        }
        await output.WriteLineAsync(
            $"An hour of sample mail is there: {accepted} accepted, {refused} refused. "
            + "It was sent just now, on a clock that began an hour ago.");
        await output.WriteLineAsync();
    }

    /// <summary>
    /// Waits until no delivery waits for its first attempt, except at the destination that is down, and no attempt is under way: with the
    /// clock moved its time would be over.
    /// </summary>
    private static async Task DeliveredAsync(HttpClient http, CancellationToken cancellationToken)
    {
        for (var look = 0; look < MostLooks; look++)
        {
            var text = await http.GetStringAsync("/api/v1/deliveries?state=pending&limit=50", cancellationToken);
            using var answer = JsonDocument.Parse(text);
            if (Items(answer).All(delivery => delivery.GetProperty("destination").GetString() == DemoConfiguration.Dead)
                && await IsIdleAsync(http, cancellationToken))
                return;
            await Task.Delay(Pause, TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<bool> IsIdleAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using var answer = JsonDocument.Parse(await http.GetStringAsync("/api/v1/destinations", cancellationToken));
        return Items(answer).All(destination => destination.GetProperty("active").GetInt32() == 0);
    }

    private static JsonElement.ArrayEnumerator Items(JsonDocument answer) => answer.RootElement.GetProperty("items").EnumerateArray();
}
