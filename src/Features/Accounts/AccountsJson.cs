using System.Text.Json;
using System.Text.Json.Serialization;
using Doorbuster.Platform.Web;

namespace Doorbuster.Accounts;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, Converters = [typeof(UtcTimes)])]
[JsonSerializable(typeof(Register.Request), TypeInfoPropertyName = "RegisterRequest")]
[JsonSerializable(typeof(Register.Response), TypeInfoPropertyName = "RegisterResponse")]
[JsonSerializable(typeof(BecomeGuest.Response), TypeInfoPropertyName = "GuestResponse")]
[JsonSerializable(typeof(SignIn.Request), TypeInfoPropertyName = "SignInRequest")]
[JsonSerializable(typeof(SignIn.Response), TypeInfoPropertyName = "SignInResponse")]
[JsonSerializable(typeof(GetMe.Response), TypeInfoPropertyName = "GetMeResponse")]
[JsonSerializable(typeof(ListSessions.Response), TypeInfoPropertyName = "ListSessionsResponse")]
[JsonSerializable(typeof(ProfilePart.View), TypeInfoPropertyName = "ProfileView")]
[JsonSerializable(typeof(ChangeProfile.Request), TypeInfoPropertyName = "ChangeProfileRequest")]
[JsonSerializable(typeof(ChangePassword.Request), TypeInfoPropertyName = "ChangePasswordRequest")]
[JsonSerializable(typeof(EraseMe.Request), TypeInfoPropertyName = "EraseMeRequest")]
[JsonSerializable(typeof(ExportMe.Response), TypeInfoPropertyName = "ExportMeResponse")]
[JsonSerializable(typeof(AddressForm.Request), TypeInfoPropertyName = "AddressRequest")]
[JsonSerializable(typeof(AddressView))]
[JsonSerializable(typeof(AddressList))]
[JsonSerializable(typeof(AccountData.Export), TypeInfoPropertyName = "AccountExport")]
[JsonSerializable(typeof(ManagePeople.Request), TypeInfoPropertyName = "BlockRequest")]
[JsonSerializable(typeof(ManagePeople.View), TypeInfoPropertyName = "ManagedPerson")]
[JsonSerializable(typeof(ManagePeople.ViewPage), TypeInfoPropertyName = "ManagedPeople")]
[JsonSerializable(typeof(ManageGroups.Group), TypeInfoPropertyName = "CustomerGroupView")]
[JsonSerializable(typeof(ManageGroups.GroupPage), TypeInfoPropertyName = "CustomerGroupPage")]
[JsonSerializable(typeof(ManageGroups.NewGroup), TypeInfoPropertyName = "NewCustomerGroup")]
[JsonSerializable(typeof(ManageGroups.GroupChange), TypeInfoPropertyName = "CustomerGroupChange")]
[JsonSerializable(typeof(ManageMembers.Member), TypeInfoPropertyName = "CustomerGroupMember")]
[JsonSerializable(typeof(ManageMembers.MemberPage), TypeInfoPropertyName = "CustomerGroupMembers")]
[JsonSerializable(typeof(GroupReport))]
[JsonSerializable(typeof(UserCommand.ExportedUsers))]
[JsonSerializable(typeof(UserCommand.MadeTokens))]
[JsonSerializable(typeof(UserCommand.MadeAdmin))]
[JsonSerializable(typeof(UserCommand.ListedUsers))]
[JsonSerializable(typeof(UserCommand.MadeKey))]
internal sealed partial class AccountsJson : JsonSerializerContext;
