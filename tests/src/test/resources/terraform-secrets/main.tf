# Secrets and parameters as a stack has them.
terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  skip_metadata_api_check = true
}

variable "value" {
  type    = string
  default = "one"
}

resource "aws_kms_key" "secrets" {
  description             = "secrets"
  deletion_window_in_days = 7
}

resource "aws_secretsmanager_secret" "db" {
  name                    = "terraform/db"
  description             = "the database's password"
  kms_key_id              = aws_kms_key.secrets.arn
  recovery_window_in_days = 0
  tags                    = { team = "blue" }
}

resource "aws_secretsmanager_secret_version" "db" {
  secret_id     = aws_secretsmanager_secret.db.id
  secret_string = var.value
}

data "aws_caller_identity" "me" {}

resource "aws_secretsmanager_secret_policy" "db" {
  secret_arn = aws_secretsmanager_secret.db.arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }
      Action    = "secretsmanager:GetSecretValue"
      Resource  = "*"
    }]
  })
}

data "aws_secretsmanager_secret_version" "db" {
  secret_id  = aws_secretsmanager_secret.db.id
  depends_on = [aws_secretsmanager_secret_version.db]
}

resource "aws_ssm_parameter" "secure" {
  name   = "/terraform/secure"
  type   = "SecureString"
  key_id = aws_kms_key.secrets.key_id
  value  = var.value
  tags   = { team = "blue" }
}

resource "aws_ssm_parameter" "list" {
  name            = "/terraform/list"
  type            = "StringList"
  value           = "a,b"
  description     = "a list"
  allowed_pattern = "[a-z,]+"
}

data "aws_ssm_parameter" "secure" {
  name       = aws_ssm_parameter.secure.name
  depends_on = [aws_ssm_parameter.secure]
}

data "aws_ssm_parameters_by_path" "all" {
  path       = "/terraform"
  depends_on = [aws_ssm_parameter.secure, aws_ssm_parameter.list]
}

output "values" {
  sensitive = true
  value     = [data.aws_secretsmanager_secret_version.db.secret_string, data.aws_ssm_parameter.secure.value,
    join(",", sort(data.aws_ssm_parameters_by_path.all.names))]
}
