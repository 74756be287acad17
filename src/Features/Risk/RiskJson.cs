using System.Text.Json;
using System.Text.Json.Serialization;
using Doorbuster.Risk.Cases;
using Doorbuster.Risk.Rules;

namespace Doorbuster.Risk;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(List<Reason>))]
[JsonSerializable(typeof(List<OwnCase>))]
[JsonSerializable(typeof(RuleList))]
[JsonSerializable(typeof(RuleView))]
[JsonSerializable(typeof(CasePage))]
[JsonSerializable(typeof(CaseView))]
[JsonSerializable(typeof(CreateRule.Request), TypeInfoPropertyName = "RuleRequest")]
[JsonSerializable(typeof(DecideCase.Request), TypeInfoPropertyName = "DecisionRequest")]
[JsonSerializable(typeof(RiskCommand.Written))]
[JsonSerializable(typeof(RiskCommand.Imported))]
internal sealed partial class RiskJson : JsonSerializerContext;
