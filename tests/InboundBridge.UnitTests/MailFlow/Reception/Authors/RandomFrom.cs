namespace InboundBridge.UnitTests.MailFlow.Reception.Authors;

/// <summary>Headers with From fields that are damaged at random.</summary>
internal static class RandomFrom
{
    private static readonly string[] Pieces =
    [
        "ceo@victim.test", "a@attacker.test", "<ceo@victim.test>", "<a@attacker.test>", "Al", "\"Al\"", "\"ceo@victim.test\"", "(c)",
        "(ceo@victim.test)", ",", ";", ":", "<", ">", "@", "\"", "(", ")", "\\", " ", "\r\n ", "\t", ".", "[", "]", "%", "=?utf-8?q?",
        "?=", "=?utf-8?q?ceo=40victim.test?=", "=?utf-8?b?PGNlb0B2aWN0aW0udGVzdD4=?=", "victim.test", "\0", "\r", "\n ", "\u00e4", "\u200b",
        "mailto:", "@victim.test", "group:", "'", "<@a.test:b@c.test>", "x",
    ];

    private static readonly string[] Names =
    [
        "From: ", "From: ", "From: ", "from: ", "From : ", "Fr\0om: ", "X: y\rFrom: ", "\nFrom: ", " From: ", "no field\r\nFrom: ",
        "From\r\n : ",
    ];

    /// <summary>With one From field, sometimes two, and its last line end.</summary>
    public static string Header(Random random)
    {
        var header = random.Next(4) == 0 ? "To: bo@example.net\r\n" : string.Empty;
        for (var fields = random.Next(8) == 0 ? 2 : 1; fields > 0; fields--)
        {
            // Half of them name somebody who may send, so that many are read, and some pass.
            var first = random.Next(4) switch
            {
                0 => "<a@attacker.test>",
                1 => "a@attacker.test",
                _ => Pieces[random.Next(Pieces.Length)],
            };
            var pieces = Enumerable.Range(0, random.Next(5)).Select(_ => Pieces[random.Next(Pieces.Length)]).Prepend(first).ToArray();
            random.Shuffle(pieces);
            header += $"{Name(random)}{string.Concat(pieces)}\r\n";
        }
        return header + (random.Next(4) == 0 ? "Subject: x\r\n" : string.Empty);
    }

    private static string Name(Random random) => random.Next(3) > 0 ? "From: " : Names[random.Next(Names.Length)];
}
