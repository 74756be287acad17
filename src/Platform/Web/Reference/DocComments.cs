using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Doorbuster.Platform.Web.Reference;

/// <summary>The comments of an assembly's source, as Markdown; the compiler writes them to a file beside it.</summary>
internal sealed partial class DocComments
{
    private readonly Dictionary<string, XElement> _members;

    private DocComments(XDocument file) => _members = file.Descendants("member")
        .ToDictionary(member => member.Attribute("name")!.Value);

    public static DocComments Of(Assembly assembly)
    {
        var file = Path.Combine(AppContext.BaseDirectory, assembly.GetName().Name + ".xml");
        return File.Exists(file)
            ? new(XDocument.Load(file))
            : throw new FileNotFoundException($"{file} is not there; the build writes it beside the program.", file);
    }

    public string OfType(Type type) => Text(Find($"T:{type.FullName}")?.Element("summary"));

    /// <summary>Its own, or for a parameter of a record what the record says about it.</summary>
    public string OfProperty(PropertyInfo property)
    {
        var type = property.DeclaringType!.FullName;
        return Text(Find($"P:{type}.{property.Name}")?.Element("summary")
            ?? Find($"T:{type}")?.Elements("param").FirstOrDefault(one => one.Attribute("name")?.Value == property.Name));
    }

    private XElement? Find(string name) => _members.GetValueOrDefault(name);

    private static string Text(XElement? comment) =>
        comment is null ? "" : Blanks().Replace(string.Concat(comment.Nodes().Select(Markdown)), " ").Trim();

    private static string Markdown(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" } see => $"`{LastName(see.Attribute("cref")?.Value ?? see.Value)}`",
        XElement { Name.LocalName: "paramref" } parameter => $"`{parameter.Attribute("name")?.Value}`",
        XElement other => string.Concat(other.Nodes().Select(Markdown)),
        _ => "",
    };

    // T:Doorbuster.Contracts.Orders.OrdersMoved is OrdersMoved; a property keeps its type: IOverviewPart.Name.
    private static string LastName(string reference) => reference.Split('.') is [.., var type, var member]
        && !reference.StartsWith("T:", StringComparison.Ordinal) ? $"{type}.{member}" : reference.Split('.', ':')[^1];

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
