using InboundBridge.Mime;
using InboundBridge.Mime.Reports;

namespace InboundBridge.UnitTests.Mime.Reports;

/// <summary>
/// Files that grow when they are unpacked or parsed: each is read within a bounded memory, and the mail says why it was not read further.
/// </summary>
public class ExplodingReportTests
{
    private const int Megabyte = 1024 * 1024;

    private const int Unpacked = 31 * Megabyte;

    /// <summary>Octets of all objects that were ever made, which is far more than what lives at once.</summary>
    private const long MostAllocated = 64L * Megabyte;

    private const string Record =
        "<record><row><source_ip>192.0.2.1</source_ip><count>1</count><policy_evaluated><disposition>none</disposition></policy_evaluated></row>"
        + "<identifiers><header_from>example.org</header_from></identifiers><auth_results><spf><domain>example.org</domain><result>pass</result></spf></auth_results></record>";

    private const string XmlStart = "<feedback><report_metadata><org_name>x</org_name></report_metadata>";

    public static TheoryData<string> Names => [.. Bombs.Keys];

    private static readonly Dictionary<string, Func<MimeMessage>> Bombs = new()
    {
        ["gzip in gzip"] = () => Xml(PackedMail.Gzip(PackedMail.Gzip(PackedMail.Long(XmlStart, Record, "</feedback>", Unpacked)))),
        ["white space"] = () => Xml(PackedMail.Gzip(PackedMail.Long("<feedback>", "          ", "</feedback>", Unpacked))),
        ["records as they come"] = () =>
            Xml(Packed(
                Noisy("<feedback>", index => $"<record><row><source_ip>{index:x8}{Noise(index)}</source_ip></row></record>",
                    "</feedback>"))),
        ["one long text"] = () =>
            Xml(Packed(Noisy("<feedback><report_metadata><org_name>", Noise, "</org_name></report_metadata></feedback>"))),
        ["one long CDATA"] = () =>
            Xml(Packed(Noisy("<feedback><report_metadata><org_name><![CDATA[", Noise, "]]></org_name></report_metadata></feedback>"))),
        ["one long attribute"] = () => Xml(Packed(Noisy("<feedback><record a=\"", Noise, "\"/></feedback>"))),
        ["one long name"] = () => Xml(Packed(Noisy("<feedback><", Noise, "/></feedback>"))),
        ["one long comment"] = () => Xml(Packed(Noisy("<feedback><!--", Noise, "--></feedback>"))),
        ["depth"] = () => Xml(Packed(Noisy("<feedback>", index => index % 50 == 0 ? $"<a b=\"{Noise(index)}\">" : "<a>", ""))),
        ["names"] = () => Xml(Packed(Noisy("<feedback>", index => $"<x{Noise(index)}/>", "</feedback>"))),
        ["attributes"] = () => Xml(Packed(Noisy("<feedback><record ", index => $"x{Noise(index)}=\"\" ", "/></feedback>"))),
        ["one record of many elements"] = () =>
            Xml(Packed(
                Noisy("<feedback><record><auth_results>", index => $"<dkim><domain>{Noise(index)}</domain></dkim>",
                    "</auth_results></record></feedback>"))),
        ["results of many records"] = () =>
            Xml(Packed(
                Noisy("<feedback>",
                    index =>
                    $"<record><auth_results>{string.Concat(Enumerable.Repeat("<dkim/>", 400))}{Noise(index)}</auth_results></record>",
                    "</feedback>"))),
        ["entities"] = () =>
            Xml(PackedMail.Gzip(
                PackedMail.Long(
                    "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;\">]><feedback>", "&b;", "</feedback>", Megabyte))),
        ["zip of many entries"] = () =>
            Zip(PackedMail.Zip([.. Enumerable.Range(0, 20_000).Select(index => ($"{index}", Array.Empty<byte>()))])),
        ["zip in zip in zip"] = () =>
            Zip(PackedMail.Zip(
                ("a", PackedMail.Zip(("a", PackedMail.Zip(("a", PackedMail.Long(XmlStart, Record, "</feedback>", Unpacked)))))))),
        ["five layers"] = () =>
            Zip(PackedMail.Gzip(
                PackedMail.Gzip(
                    PackedMail.Gzip(PackedMail.Gzip(PackedMail.Gzip(PackedMail.Long(XmlStart, Record, "</feedback>", Megabyte))))))),
        ["json objects"] = () => Json(PackedMail.Gzip(PackedMail.Long("{\"policies\":[", "{},", "{}]}", Unpacked))),
        ["json failures"] = () =>
            Json(Packed(Noisy("{\"policies\":[{\"failure-details\":[", index => $"{{\"result-type\":\"{Noise(index)}\"}},", "{}]}]}"))),
        ["json failures of many policies"] = () =>
            Json(Packed(
                Noisy("{\"policies\":[",
                    index =>
                    $"{{\"policy\":{{\"mx-host\":[{string.Concat(Enumerable.Repeat("\"a\",", 50))}\"{Noise(index)}\"]}}}},", "{}]}"))),
        ["json strings"] = () => Json(Packed(Noisy("{\"organization-name\":\"", Noise, "\",\"policies\":[]}"))),
        ["json depth"] = () => Json(Packed(Noisy("{\"policies\":", index => index % 50 == 0 ? $"[\"{Noise(index)}\"," : "[", ""))),
        ["json numbers"] = () => Json(PackedMail.Gzip(PackedMail.Long("{\"policies\":[],\"a\":1", "1234567890", "}", Unpacked))),
        ["json escapes"] = () => Json(PackedMail.Gzip(PackedMail.Long("{\"policies\":[\"", "\\u0041", "\"]}", Unpacked))),
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void It_is_read_within_bounded_memory_and_problems_say_why(string name)
    {
        var mail = Bombs[name]();
        _ = mail.Structure;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var report = mail.Report;
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < MostAllocated, $"{allocated:N0} octets allocated");
        Assert.True(report is null || Kept(report) <= 200_000);
        if (name is not ("white space" or "one long text" or "one long CDATA"))
            Assert.NotEmpty(mail.Problems);
    }

    [Fact]
    public void A_small_mail_causes_little_work()
    {
        var file = PackedMail.Gzip(PackedMail.Gzip(PackedMail.Long(XmlStart, " ", "</feedback>", Unpacked)));
        Assert.True(file.Length < 1000);
        var mail = Xml(file);
        Assert.Null(mail.Report);
        Assert.Equal(["a packed report grows to more than 200 times its size and was not read"], mail.Problems);
    }

    [Fact]
    public void Four_files_of_one_mail_share_one_allowance()
    {
        var file = Packed(Noisy("{", Noise, "}"));
        var one = System.Text.Encoding.ASCII.GetString(PackedMail.Of("application/gzip", "a.xml.gz", file));
        var part = one[one.LastIndexOf("--b\r\n", StringComparison.Ordinal)..one.LastIndexOf("--b--", StringComparison.Ordinal)];
        var mail =
            MimeMessage.Open(
                MimeSource.FromMemory(
                    System.Text.Encoding.ASCII.GetBytes(one.Replace("--b--", part + part + "--b--", StringComparison.Ordinal))));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(mail.Report);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < MostAllocated);
    }

    [Fact]
    public void A_large_honest_report_is_read_whole()
    {
        var records = string.Concat(Enumerable.Range(0, 9_000).Select(index =>
            Record.Replace("192.0.2.1", $"2001:db8::{index:x}", StringComparison.Ordinal)
                .Replace("<count>1<", $"<count>{index}<", StringComparison.Ordinal)));
        foreach (var file in new[] { PackedMail.Gzip(Octets(records)), PackedMail.Zip(("folder/", []), ("report.xml", Octets(records))) })
        {
            var mail = Xml(file);
            var report = Assert.IsType<DmarcReport>(mail.Report);
            Assert.Equal(9_000, report.Rows.Count);
            Assert.Equal("2001:db8::2327", report.Rows[^1].SourceIp);
            Assert.Equal(8_999, report.Rows[^1].Count);
            Assert.Equal("pass", report.Rows[^1].SpfResults[0].Result);
            Assert.Empty(mail.Problems);
        }
    }

    [Fact]
    public void Octets_that_are_not_utf_8_are_still_text()
    {
        var mail =
            Xml(System.Text.Encoding.Latin1.GetBytes(
                PackedMail.Feedback("").Replace("example.com", "M\u00fcller", StringComparison.Ordinal)));
        Assert.Equal("Müller", Assert.IsType<DmarcReport>(mail.Report).Organization);
    }

    [Fact]
    public void A_cut_file_is_reported_as_damaged()
    {
        var file =
            Packed(Noisy(XmlStart, index => $"<record><row><source_ip>{Noise(index)}</source_ip></row></record>", "</feedback>", 100_000));
        foreach (var mail in new[] { Xml(file[..^1000]), Zip(PackedMail.Zip(("a.xml", file[..^1000]))[..^500]) })
        {
            Assert.Null(mail.Report);
            Assert.NotEmpty(mail.Problems);
        }
    }

    private static byte[] Octets(string records) => System.Text.Encoding.UTF8.GetBytes(PackedMail.Feedback(records));

    private static MimeMessage Xml(byte[] file) => PackedMail.Open("application/gzip", "example.com!example.org!1!2.xml.gz", file);

    private static MimeMessage Zip(byte[] file) => PackedMail.Open("application/zip", "example.com!example.org!1!2.zip", file);

    private static MimeMessage Json(byte[] file) => PackedMail.Open("application/tlsrpt+gzip", "example.com!example.org!1!2.json.gz", file);

    private static int Kept(MailReport report) => report switch
    {
        DmarcReport dmarc => dmarc.Rows.Sum(row => 1 + row.DkimResults.Count + row.SpfResults.Count),
        TlsReport tls => tls.Policies.Sum(policy => 1 + policy.Failures.Count + (policy.MxHosts.Count / 10)),
        _ => int.MaxValue,
    };

    /// <summary>Text that packs badly enough to stay under the cap on the ratio.</summary>
    private static string Noise(int index) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(index)));

    private static byte[] Packed(byte[] octets) => PackedMail.Gzip(octets, System.IO.Compression.CompressionLevel.Fastest);

    private static byte[] Noisy(string start, Func<int, string> piece, string end, int length = 12 * Megabyte)
    {
        var octets = new MemoryStream();
        octets.Write(System.Text.Encoding.ASCII.GetBytes(start));
        for (var index = 0; octets.Length < length; index++)
            octets.Write(System.Text.Encoding.ASCII.GetBytes(piece(index)));
        octets.Write(System.Text.Encoding.ASCII.GetBytes(end));
        return octets.ToArray();
    }
}
