using System.Reflection;
using System.Text.RegularExpressions;

namespace InboundBridge.UnitTests.Layering;

/// <summary>
/// A <c>cref</c> in a comment names something that the file can see, also after moves and renames. The compiler would check this too, but
/// only when it writes documentation files, which makes compiling slower by a third.
/// </summary>
public partial class DocReferenceTests
{
    private static readonly Lazy<HashSet<string>> FrameworkTypes = new(ReadFrameworkTypes);

    [Fact]
    public void Every_reference_in_a_comment_is_found()
    {
        var references = new DocReferences(SourceTree.OfRepository.Files, FrameworkTypes.Value);
        Offences.None(references.FindBroken());
    }

    [Theory]
    [InlineData("Near", true)]
    [InlineData("Near.Member", true)]
    [InlineData("Near.Gone", false)]
    [InlineData("Imported", true)]
    [InlineData("Elsewhere", false)]
    [InlineData("Deep.Inner", true)]
    [InlineData("Moved.Inner", false)]
    [InlineData("TimeSpan.FromDays(double)", true)]
    [InlineData("List{T}", true)]
    [InlineData("Member", true)]
    [InlineData("Gone", false)]
    public void A_reference_is_looked_up_like_a_name(string cref, bool isFound)
    {
        var references = new DocReferences(
            [
                new SourceFile("A/B/File.cs", $"using C;\nnamespace A.B;\n/// <see cref=\"{cref}\"/>\nclass Near {{ int Member; }}"),
                new SourceFile("A/B/Deep/File.cs", "namespace A.B.Deep;\nclass Inner;"),
                new SourceFile("C/File.cs", "namespace C;\nclass Imported;"),
                new SourceFile("D/File.cs", "namespace D;\nclass Elsewhere;"),
            ],
            FrameworkTypes.Value);
        Assert.Equal(isFound, !references.FindBroken().Any());
    }

    /// <summary>The names of all public types in the assemblies that the tests and the product reference.</summary>
    private static HashSet<string> ReadFrameworkTypes()
    {
        var names = typeof(object).Assembly.GetExportedTypes().Select(NameOf).ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<AssemblyName>([typeof(DocReferenceTests).Assembly.GetName()]);
        while (waiting.TryDequeue(out var name))
        {
            if (!seen.Add(name.Name!) || Load(name) is not { } assembly)
                continue;
            var isOurs = name.Name!.StartsWith("InboundBridge", StringComparison.OrdinalIgnoreCase);
            if (!isOurs)
                names.UnionWith(assembly.GetExportedTypes().Select(NameOf));
            if (!isOurs)
                continue;
            foreach (var reference in assembly.GetReferencedAssemblies())
                waiting.Enqueue(reference);
        }
        return names;
    }

    private static string NameOf(Type type) => GenericArity().Replace(type.Name, string.Empty);

    private static Assembly? Load(AssemblyName name)
    {
        try
        {
            return Assembly.Load(name);
        }
        catch (FileNotFoundException)
        {
            // An assembly of another platform, or one that only the compiler needs: its types can't be looked up.
            return null;
        }
    }

    [GeneratedRegex("`[0-9]+$")]
    private static partial Regex GenericArity();
}
