using System.Buffers;
using System.Text;
using InboundBridge.MailFlow.Delivery.SevenBit;
using InboundBridge.MailFlow.Parsing;
using InboundBridge.MailFlow.Spool.Contract;
using MimeKit;
using Mail = InboundBridge.Mime.MimeMessage;

namespace InboundBridge.UnitTests.MailFlow.Delivery.SevenBit;

public class SevenBitFieldTests
{
    private static readonly string[] Pieces =
    [
        "ü", "=?utf-8?q?=3Cevil=40x.org=3E=2C?=", "=?utf-8?b?ZXZpbEB4Lm9yZywg?=", "=?utf-8?q?=0D=0ABcc:_v=40x.org?=", " ", " ", "\r\n ",
        "a", "\"", "\\", "(", ")", "<al@customer.com>", "<al@bücher.example>", ",", ";", ":", "=?", "?=", "=?utf-8?q?=C3=BC?=", "日本語",
        "\t", "x y", "@", "＠", "，", "group:", "=?x-odd?q?a?=",
    ];

    /// <summary>Each of these had another address after it was decoded and read again.</summary>
    [Theory]
    [InlineData("ü =?utf-8?q?=3Cevil=40x.org=3E=2C?= <al@customer.com>", "ü <evil@x.org>,")]
    [InlineData("=?utf-8?q?=3Cevil=40x.org=3E=2C?= ü <al@customer.com>", "<evil@x.org>, ü")]
    [InlineData("\"=?utf-8?q?evil=40x.org=2C?=\" ü <al@customer.com>", "evil@x.org, ü")]
    [InlineData("=?utf-8?b?ZXZpbEB4Lm9yZywg?= ü <al@customer.com>", "evil@x.org,  ü")]
    [InlineData("ü =?utf-8?q?=3Cceo=40bank.com=3E_=28?= <al@customer.com>", "ü <ceo@bank.com> (")]
    [InlineData("ü =?utf-8?q?=3D=3Futf-8=3Fq=3Fevil=40x.org=2C=3F=3D?= <al@customer.com>", "ü =?utf-8?q?evil@x.org,?=")]
    public void An_encoded_word_in_a_name_becomes_no_address(string value, string name)
    {
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(name));
        var written = Write($"From: {value}\r\n");
        Assert.Equal($"From: =?utf-8?b?{encoded}?= <al@customer.com>\r\n", written);
        Assert.Equal(["al@customer.com"], Ours($"From: {value}\r\n").From.Select(mailbox => mailbox.Address));
        Assert.Equal(["al@customer.com"], Ours(written!).From.Select(mailbox => mailbox.Address));
    }

    [Theory]
    [InlineData(
        "Größe: \"Müller, A\" <a@bücher.example>, b@example.com;, (ü) c@example.com",
        "=?utf-8?b?R3LDtsOfZQ==?= : =?utf-8?b?TcO8bGxlciwgQQ==?=\r\n <a@xn--bcher-kva.example>, b@example.com;, c@example.com")]
    [InlineData("ü =?x-odd?q?a?= <al@customer.com>", "=?utf-8?b?w7wgYQ==?= <al@customer.com>")]
    [InlineData("Smith, Ül <al@customer.com>", "=?utf-8?b?U21pdGgsIMOcbA==?= <al@customer.com>")]
    [InlineData("ü\r\n <al@customer.com> (c\r\n omment)", "=?utf-8?b?w7w=?= <al@customer.com>")]
    [InlineData("ü . a <al @ customer . com>", "=?utf-8?b?w7wgLiBh?= <al@customer.com>")]
    [InlineData("\"ü\\\"x\" <\"a b\"@customer.com>", "=?utf-8?b?w7wieA==?= <\"a b\"@customer.com>")]
    [InlineData("ü <a@x.org>, \"Lee, Bo\" <b@x.org>, Cy <c@x.org>", "=?utf-8?b?w7w=?= <a@x.org>, \"Lee, Bo\" <b@x.org>, Cy <c@x.org>")]
    [InlineData("@a,@b:al@customer.com (ü)", null)]
    [InlineData("ü <al@customer.com，ceo＠bank.com>", null)]
    public void Addresses_keep_their_meaning(string before, string? after) =>
        Assert.Equal(after is null ? null : $"To: {after}\r\n", Write($"To: {before}\r\n"));

    [Fact]
    public void Long_names_and_texts_are_folded()
    {
        foreach (var field in new[] { $"To: {new string('ü', 500)} <al@customer.com>, bo@customer.com\r\n", $"Subject: {Words()}\r\n" })
        {
            var written = Write(field)!;
            Assert.All(written.Split("\r\n"), line => Assert.True(line.Length <= 76, line));
            Assert.Equal(Ours(field).Subject, Ours(written).Subject);
        }

        static string Words() => string.Concat(Enumerable.Range(0, 100).Select(number => number % 3 == 0 ? "grün  " : "word "));
    }

    [Theory]
    [InlineData("Subject: ü =?utf-8?q?=0D=0ABcc:_v=40x.org?=", "Subject: =?utf-8?b?w7wg?= =?utf-8?q?=0D=0ABcc:_v=40x.org?=")]
    [InlineData("Subject: =?utf-8?q?=0D=0Abody?= ü", "Subject: =?utf-8?q?=0D=0Abody?= =?utf-8?b?IMO8?=")]
    [InlineData("Subject: a ü b ö ä c", "Subject: a =?utf-8?b?w7w=?= b =?utf-8?b?w7Ygw6Q=?= c")]
    [InlineData("X-Foo: ü=?utf-8?q?=0D=0AX-Evil:_1?=", null)]
    public void Words_in_ascii_stay_as_they_are(string before, string? after) =>
        Assert.Equal(after is null ? null : after + "\r\n", Write(before + "\r\n"));

    [Fact]
    public void A_parameter_does_not_end_in_its_value()
    {
        var written = Write("Content-Disposition: attachment; filename=\"ü\\\"; x=y.exe\"\r\n");
        Assert.True(ContentDisposition.TryParse(written![20..], out var disposition));
        Assert.Equal("ü\"; x=y.exe", disposition.FileName);
        Assert.Single(disposition.Parameters);
    }

    /// <summary>Fields of random pieces: those that are converted say the same to our reader and to MimeKit.</summary>
    [Theory]
    [InlineData("From")]
    [InlineData("Subject")]
    [InlineData("X-Foo")]
    public void Readers_see_the_same_field(string name)
    {
        var converted = 0;
        for (var seed = 0; seed < 3000; seed++)
        {
            var random = new Random(seed);
            var value = string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            var before = $"{name}: ü {value}\r\n";
            if (Write(before) is not { } after)
                continue;
            converted++;
            Assert.True(Ascii.IsValid(after), after);
            Assert.Equal($"{before}{Seen(name, before)}", $"{before}{Seen(name, after)}");
        }
        Assert.True(converted > 100, $"{converted} converted");
    }

    private static string Seen(string name, string field)
    {
        Assert.True(Header.TryParse(Encoding.UTF8.GetBytes(field), out var header));
        if (name != "From")
            return $"{Folded(header.Value)}|{Folded(Ours(field.Replace("X-Foo:", "Subject:", StringComparison.Ordinal)).Subject)}";
        Assert.True(InternetAddressList.TryParse(header.RawValue, out var addresses));
        return string.Join(',', addresses.Mailboxes.Select(mailbox => $"{Folded(mailbox.Name)}<{mailbox.GetAddress(true)}>"))
            + "|" + string.Join(',', Ours(field).From.Select(mailbox => Domain(mailbox.Address)).Where(address => address.Length > 0));
    }

    private static string Domain(string address) => MailboxAddress.EncodeAddrspec(address);

    private static string Folded(string? text) =>
        string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static Mail Ours(string field) => ParsedMail.Open(MailContent.FromMemory(Encoding.UTF8.GetBytes(field + "\r\n")));

    private static string? Write(string field)
    {
        var output = new ArrayBufferWriter<byte>();
        try
        {
            SevenBitField.Write(Encoding.UTF8.GetBytes(field), output);
        }
        catch (SevenBitException)
        {
            return null;
        }
        return Encoding.ASCII.GetString(output.WrittenSpan);
    }
}
