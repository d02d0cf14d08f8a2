using MimeKit;

namespace InboundBridge.Demo;

/// <summary>
/// An hour of mail at a small company: questions for the helpdesk, invoices, orders for a CRM that is down, a newsletter, an invitation, a
/// bounce, a forged mail, and mail that is refused. The same in every demo.
/// </summary>
internal static class DemoHour
{
    public const int Minutes = 60;

    /// <summary>Ordinary mails of each minute, the oldest first.</summary>
    private const string Rhythm = "121022131201421123012321410231212302113241202312210423121301";

    private static readonly (string From, string To, string Subject, string Text)[] Ordinary =
    [
        ("Al Green <al@customer.example>", "support@example.com", "The scanner needs a driver", "Windows asks for one. Where is it?"),
        ("Bea Stone <bea@customer.example>", "support+1071@example.com", "Re: [1071] VPN drops every hour", "Again since Monday."),
        ("Cem Aydın <cem@partner.example>", "hello@example.com", "Our meeting on Thursday", "Shall we start at ten instead of nine?"),
        ("Dana Fox <dana@visitor.example>", "hello@example.com", "Do you have openings?", "I would like to apply as an apprentice."),
        ("Emil Roth <emil@customer.example>", "support+1088@example.com", "Re: [1088] Password reset", "It works now, thank you!"),
        ("Оля Белова <olya@partner.example>", "hello@example.com", "Документы к договору", "Высылаю документы. Спасибо!"),
        ("Gil Park <gil@customer.example>", "support@example.com", "Printer prints stripes", "On all pages, black and colour."),
        ("Hana Lee <hana@customer.example>", "support+1071@example.com", "Re: [1071] VPN drops every hour", "10:02 lost, 11:04 lost."),
        ("Ivo Mann <ivo@visitor.example>", "info@example.com", "Opening hours", "Are you open on Saturday?"),
        ("Jo Baker <jo@customer.example>", "support@example.com", "Please add a mailbox for our intern", "Name: Kim Baker. Start: Monday."),
        ("Lea Holm <lea@partner.example>", "hello@example.com", "Minutes of yesterday", "Dear all, three points are open."),
        ("Mo Diaz <mo@customer.example>", "support+1093@example.com", "Re: [1093] Screen flickers", "A new cable helped."),
    ];

    /// <summary>What else comes in which minute.</summary>
    private static readonly Dictionary<int, Func<DateTimeOffset, DemoMail>> Special = new()
    {
        [3] = now => DemoExtras.Newsletter(now),
        [6] = now => DemoExtras.Order(now, "300 chairs for the new hall"),
        [11] = now => DemoExtras.Invoice(now, "2026-114"),
        [17] = now => DemoExtras.Executable(now),
        [22] = now => DemoExtras.Forged(now),
        [26] = now => DemoExtras.Invitation(now),
        [31] = now => DemoExtras.Stranger(now),
        [36] = now => DemoExtras.Order(now, "An offer for 12 desks, please"),
        [41] = now => DemoExtras.Bounce(now),
        [45] = now => DemoExtras.Invoice(now, "2026-115"),
        [49] = now => DemoExtras.Stranger(now),
        [52] = now => DemoExtras.Order(now, "Order 7781: two lamps"),
        [55] = now => DemoExtras.Executable(now),
        [57] = now => DemoExtras.Forged(now),
        [58] = now => DemoExtras.Invoice(now, "2026-116"),
    };

    /// <param name="minute">From 0, the oldest.</param>
    /// <param name="now">The time of that minute.</param>
    public static IEnumerable<DemoMail> At(int minute, DateTimeOffset now)
    {
        var first = Rhythm[..minute].Sum(digit => digit - '0');
        for (var index = 0; index < Rhythm[minute] - '0'; index++)
        {
            var (from, to, subject, text) = Ordinary[(first + index) % Ordinary.Length];
            yield return DemoExtras.Mail(from, to, subject, new BodyBuilder { TextBody = $"{text}\n" }, now);
        }
        if (Special.TryGetValue(minute, out var special))
            yield return special(now);
    }
}
